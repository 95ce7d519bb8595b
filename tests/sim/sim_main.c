/* sim_main.c: plays seeds.
 *
 *     parley-sim [--seed N] [--seeds COUNT] [--kept FILE] [--soak] [--sqlite] [--plant NAME | --plants] [--verbose]
 *
 * Plays the kept seeds of FILE first, then COUNT seeds from N on; with --soak it goes on with others for SOAK_MINUTES (the
 * environment's; 30). The first seed in which an invariant breaks ends it: the record and the seed are printed, and the seed
 * is added to FILE. With --plant a bug must be found instead: it is an error when none of the seeds does; --plants does that
 * with each. Prints TAP.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log.h"
#include "sim.h"

#include <fcntl.h>
#include <getopt.h>
#include <sys/wait.h>
#include <time.h>

#define SQLITE_EVERY         40 /* one of so many seeds is played on the real store as well */
#define TWICE_EVERY          50 /* ... and so many are played twice, to see that they repeat */
#define SOAK_MINUTES_DEFAULT 30

static const char *const plant_names[SIM_PLANT_COUNT] = {
    [SIM_PLANT_NONE] = "none",         [SIM_PLANT_EARLY_ACK] = "early-ack",
    [SIM_PLANT_NO_NONCE] = "no-nonce", [SIM_PLANT_NO_KEPT] = "no-kept",
    [SIM_PLANT_NO_LEAVE] = "no-leave",
};

static struct {
    struct sim_options first;
    uint64_t count;
    bool soaks, plants;
    const char *kept_path;
    struct sim_options playing;
    uint64_t played;
} run;

/* The end of a run */

static void keep_seed(const char *sentence) {
    int fd = open(run.kept_path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return;
    dprintf(fd, "%" PRIu64 "%s # %s\n", run.playing.seed, run.playing.sqlite ? " sqlite" : "",
            sentence);
    close(fd);
}

static void on_fail(const char *sentence) {
    bool is_wanted = run.first.plant != SIM_PLANT_NONE;
    if (is_wanted)
        printf("ok - %s is found at seed %" PRIu64 ": %s\n", plant_names[run.first.plant],
               run.playing.seed, sentence);
    else
        printf("not ok - seed %" PRIu64 ": %s\n", run.playing.seed, sentence);
    if (!is_wanted && run.kept_path != NULL)
        keep_seed(sentence);
    fflush(stdout);
    if (is_wanted)
        _exit(0);
}

/* Playing */

static void play(const struct sim_options *options) {
    run.playing = *options;
    sim_world_play(options);
    run.played++;
}

static void play_twice(const struct sim_options *options) {
    play(options);
    uint64_t hash = sim_trace_hash();
    play(options);
    if (hash == sim_trace_hash())
        return;
    dprintf(STDERR_FILENO, "seed %" PRIu64 " does not repeat\n", options->seed);
    exit(1);
}

static void play_seed(uint64_t seed) {
    struct sim_options options = run.first;
    options.seed = seed;
    if (seed % TWICE_EVERY == 0)
        play_twice(&options);
    else
        play(&options);
    if (seed % SQLITE_EVERY != 0 || options.plant != SIM_PLANT_NONE)
        return;
    options.sqlite = true;
    play(&options);
}

/* "<seed> [sqlite] # why" on each line. */
static void play_kept(void) {
    FILE *file = fopen(run.kept_path, "r");
    char line[512];
    uint64_t count = run.played;
    if (file == NULL) {
        perror(run.kept_path);
        exit(2);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        struct sim_options options = run.first;
        char *end;
        options.seed = strtoull(line, &end, 10);
        if (end == line)
            continue; /* a comment */
        options.sqlite = strncmp(end, " sqlite", 7) == 0;
        play(&options);
    }
    (void)fclose(file);
    printf("ok - %" PRIu64 " kept seeds\n", run.played - count);
}

static double soak_minutes(void) {
    const char *given = getenv("SOAK_MINUTES");
    return given != NULL && given[0] != '\0' ? strtod(given, NULL) : SOAK_MINUTES_DEFAULT;
}

/* Seeds that nobody has played before. */
static void play_soak(void) {
    uint64_t count = run.played, seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        abort();
    seed >>= 16; /* short enough to be typed */
    for (time_t end = time(NULL) + (time_t)(soak_minutes() * 60); time(NULL) < end;)
        play_seed(seed++);
    printf("ok - %" PRIu64 " more seeds up to %" PRIu64 " in %.1f minutes\n", run.played - count,
           seed - 1, soak_minutes());
}

/* The seeds, with a bug that one of them must find. */
static int play_plant(void) {
    for (uint64_t i = 0; i < run.count; i++)
        play_seed(run.first.seed + i);
    printf("not ok - %s is not found in %" PRIu64 " seeds\n", plant_names[run.first.plant],
           run.played);
    return 1;
}

/* Each in a process of its own, since finding ends it; what it prints of the bug is of no interest. */
static int play_plants(void) {
    int failed = 0, status;
    for (int plant = SIM_PLANT_NONE + 1; plant < SIM_PLANT_COUNT; plant++) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            if (!run.first.verbose)
                (void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
            run.first.plant = (enum sim_plant)plant;
            exit(play_plant());
        }
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
            failed = 1;
    }
    return failed;
}

static int play_all(void) {
    if (run.kept_path != NULL)
        play_kept();
    for (uint64_t i = 0; i < run.count; i++)
        play_seed(run.first.seed + i);
    printf("ok - %" PRIu64 " seeds from %" PRIu64 "\n", run.count, run.first.seed);
    if (run.soaks)
        play_soak();
    return 0;
}

/* Options */

static enum sim_plant plant_find(const char *name) {
    for (int i = 0; i < SIM_PLANT_COUNT; i++)
        if (strcmp(name, plant_names[i]) == 0)
            return (enum sim_plant)i;
    dprintf(STDERR_FILENO, "there is no plant %s\n", name);
    exit(2);
}

static void options_read(int argc, char **argv) {
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},
        {"seeds", required_argument, NULL, 'n'},
        {"kept", required_argument, NULL, 'k'},
        {"soak", no_argument, NULL, 'm'},
        {"sqlite", no_argument, NULL, 'q'},
        {"plant", required_argument, NULL, 'p'},
        {"plants", no_argument, NULL, 'P'},
        {"verbose", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    run.first.seed = run.count = 1;
    for (int letter; (letter = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (letter) {
        case 's':
            run.first.seed = strtoull(optarg, NULL, 10);
            break;
        case 'n':
            run.count = strtoull(optarg, NULL, 10);
            break;
        case 'm':
            run.soaks = true;
            break;
        case 'k':
            run.kept_path = optarg;
            break;
        case 'q':
            run.first.sqlite = true;
            break;
        case 'p':
            run.first.plant = plant_find(optarg);
            break;
        case 'P':
            run.plants = true;
            break;
        case 'v':
            run.first.verbose = true;
            break;
        default:
            exit(2);
        }
    }
}

int main(int argc, char **argv) {
    options_read(argc, argv);
    log_set_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    sim_trace_on_fail(on_fail);
    if (run.plants)
        return play_plants();
    return run.first.plant != SIM_PLANT_NONE ? play_plant() : play_all();
}
