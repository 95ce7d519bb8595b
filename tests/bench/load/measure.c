/* measure.c: latencies as counts, and what the server costs by /proc.
 *
 * SPDX-License-Identifier: MIT
 */
#include "load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Values below HISTOGRAM_SUB have a bucket each; above, each power of two has HISTOGRAM_SUB of them. */
static size_t bucket_of(uint64_t ns) {
    if (ns < HISTOGRAM_SUB)
        return (size_t)ns;
    unsigned power = 63U - (unsigned)__builtin_clzll(ns) - 5; /* 2^5 = HISTOGRAM_SUB */
    size_t bucket = (size_t)(power + 1) * HISTOGRAM_SUB + (size_t)(ns >> power) - HISTOGRAM_SUB;
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static double bucket_value(size_t bucket) {
    if (bucket < HISTOGRAM_SUB)
        return (double)bucket;
    unsigned power = (unsigned)(bucket / HISTOGRAM_SUB) - 1;
    uint64_t low = (uint64_t)(bucket % HISTOGRAM_SUB + HISTOGRAM_SUB) << power;
    return (double)low + (double)(1ULL << power) / 2;
}

void histogram_add(struct histogram *histogram, uint64_t ns) {
    histogram->counts[bucket_of(ns)]++;
    histogram->total++;
}

double histogram_percentile_us(const struct histogram *histogram, double percent) {
    uint64_t wanted = (uint64_t)((double)histogram->total * percent / 100), below = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        below += histogram->counts[i];
        if (below > wanted || (below == histogram->total && below > 0))
            return bucket_value(i) / 1000;
    }
    return 0;
}

bool measure_pids_parse(const char *text, struct measure_pids *out) {
    out->count = 0;
    while (*text != '\0' && out->count < MEASURE_PIDS_MAX) {
        char *end;
        long pid = strtol(text, &end, 10);
        if (end == text || pid <= 0)
            return false;
        out->pids[out->count++] = pid;
        text = *end == ',' ? end + 1 : end;
    }
    return *text == '\0';
}

static uint64_t number_in(const char *path, const char *label) {
    char line[256];
    unsigned long long value = 0;
    size_t skip = strlen(label);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, label, skip) == 0) {
            value = strtoull(line + skip, NULL, 10);
            break;
        }
    }
    if (file != NULL)
        (void)fclose(file);
    return value;
}

static uint64_t threads_cpu_ns(const char *folder) {
    uint64_t sum = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        char path[512];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s/schedstat", folder, entry->d_name);
        sum += number_in(path, "");
    }
    if (dir != NULL)
        (void)closedir(dir);
    return sum;
}

uint64_t measure_cpu_ns(const struct measure_pids *pids) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < pids->count; i++) {
        char folder[64];
        snprintf(folder, sizeof(folder), "/proc/%ld/task", pids->pids[i]);
        sum += threads_cpu_ns(folder);
    }
    return sum;
}

uint64_t measure_own_cpu_ns(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

uint64_t measure_rss_bytes(const struct measure_pids *pids) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < pids->count; i++) {
        char path[64];
        snprintf(path, sizeof(path), "/proc/%ld/status", pids->pids[i]);
        sum += number_in(path, "RssAnon:") * 1024;
    }
    return sum;
}
