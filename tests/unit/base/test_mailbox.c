/* test_mailbox.c: mails between real threads.
 *
 * Also run under ThreadSanitizer (make san): there the order of memory is checked, not only the outcome.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/mailbox.h"

#include <pthread.h>
#include <semaphore.h>

#define WRITERS          4
#define MAILS_PER_WRITER 20000

struct numbered {
    int writer;
    int number; /* plain: handed over by the mailbox alone */
    struct mail mail;
};

static struct numbered *numbered_of(struct mail *mail) {
    return MAIL_ITEM(mail, struct numbered, mail);
}

static void count_wake(void *context) {
    ++*(int *)context;
}

static void an_empty_mailbox_gives_nothing(void **state) {
    (void)state;
    struct mailbox box;
    mailbox_init(&box, NULL, NULL);
    assert_true(mailbox_is_empty(&box));
    assert_null(mailbox_take(&box));
}

static void mails_come_out_oldest_first(void **state) {
    (void)state;
    struct mailbox box;
    struct numbered mails[3] = {{.number = 0}, {.number = 1}, {.number = 2}};
    mailbox_init(&box, NULL, NULL);
    for (int i = 0; i < 3; i++)
        mailbox_post(&box, &mails[i].mail);
    assert_false(mailbox_is_empty(&box));
    int wanted = 0;
    for (struct mail *mail = mailbox_take(&box); mail != NULL; mail = mail->next)
        assert_int_equal(numbered_of(mail)->number, wanted++);
    assert_int_equal(wanted, 3);
    assert_true(mailbox_is_empty(&box));
    assert_null(mailbox_take(&box));
}

static void only_the_first_post_wakes(void **state) {
    (void)state;
    struct mailbox box;
    struct mail mails[3];
    int wakes = 0;
    mailbox_init(&box, count_wake, &wakes);
    mailbox_post(&box, &mails[0]);
    assert_int_equal(wakes, 1);
    mailbox_post(&box, &mails[1]);
    assert_int_equal(wakes, 1);
    mailbox_take(&box);
    mailbox_post(&box, &mails[2]);
    assert_int_equal(wakes, 2);
}

static void a_taken_mail_may_be_posted_again(void **state) {
    (void)state;
    struct mailbox box;
    struct mail mail;
    mailbox_init(&box, NULL, NULL);
    for (int i = 0; i < 3; i++) {
        mailbox_post(&box, &mail);
        assert_ptr_equal(mailbox_take(&box), &mail);
        assert_null(mail.next);
    }
}

struct exchange {
    struct mailbox box;
    sem_t woken;
    struct numbered mails[WRITERS][MAILS_PER_WRITER];
};

static struct exchange exchange;

static void post_semaphore(void *context) {
    sem_post(context);
}

static void *write_mails(void *context) {
    int writer = (int)(intptr_t)context;
    for (int i = 0; i < MAILS_PER_WRITER; i++) {
        struct numbered *mail = &exchange.mails[writer][i];
        mail->writer = writer;
        mail->number = i;
        mailbox_post(&exchange.box, &mail->mail);
    }
    return NULL;
}

/* Takes until all mails are there, sleeping whenever no wake is due. Returns the takes that found something. */
static int read_all_mails(int next[WRITERS]) {
    int takes = 0;
    for (int left = WRITERS * MAILS_PER_WRITER; left > 0;) {
        assert_int_equal(sem_wait(&exchange.woken),
                         0); /* hangs, and times out, when a wake is lost */
        struct mail *mail = mailbox_take(&exchange.box);
        assert_non_null(mail); /* each wake stands for mails that nobody took yet */
        takes++;
        for (; mail != NULL; mail = mail->next, left--) {
            struct numbered *got = numbered_of(mail);
            assert_int_equal(got->number, next[got->writer]++);
        }
    }
    return takes;
}

/* Goal: nothing is lost, doubled or out of its writer's order, and no wake is lost or superfluous. Method: four threads
 * post while this one sleeps on a semaphore that the wake posts. */
static void many_writers_lose_nothing_and_wake_once_a_take(void **state) {
    (void)state;
    pthread_t threads[WRITERS];
    int next[WRITERS] = {0};
    sem_init(&exchange.woken, 0, 0);
    mailbox_init(&exchange.box, post_semaphore, &exchange.woken);
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_mails, (void *)(intptr_t)i), 0);
    int takes = read_all_mails(next);
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(next[i], MAILS_PER_WRITER);
    }
    assert_true(takes > 0);
    assert_int_equal(sem_trywait(&exchange.woken), -1);
    assert_true(mailbox_is_empty(&exchange.box));
    sem_destroy(&exchange.woken);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_mailbox_gives_nothing),
        cmocka_unit_test(mails_come_out_oldest_first),
        cmocka_unit_test(only_the_first_post_wakes),
        cmocka_unit_test(a_taken_mail_may_be_posted_again),
        cmocka_unit_test(many_writers_lose_nothing_and_wake_once_a_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
