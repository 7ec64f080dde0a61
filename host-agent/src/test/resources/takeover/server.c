// A server with a thread a connection and one habit that is hard on a tracer: server PORT HABIT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char **arguments;
static const char *habit;
static int listener;
static atomic_int accepted;

static int is(const char *name) { return strcmp(habit, name) == 0; }

static void thread(void *(*body)(void *), void *argument) {
    pthread_t id;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 262144);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&id, &attributes, body, argument)) abort();
}

static void *serve(void *argument) {
    int fd = (int)(long)argument, n = 0;
    char buffer[65536];
    for (;;) {
        int k = read(fd, buffer + n, sizeof buffer - n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) { close(fd); return 0; }
        n += k;
        for (char *end; (end = memmem(buffer, n, "\r\n\r\n", 4)); ) {
            const char *answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
            if (write(fd, answer, strlen(answer)) < 0) abort();
            n -= end + 4 - buffer;
            memmove(buffer, end + 4, n);
        }
    }
}

static void *busy(void *unused) { for (;;) getppid(); return 0; }

static void *brief(void *unused) { return 0; }

static void child(void) {
    int pid = fork();
    if (pid == 0) _exit(0);
    waitpid(pid, 0, 0);
}

static void *acceptAll(void *unused) {
    for (;;) {
        int fd = accept(listener, 0, 0);
        if (fd < 0) { if (errno != EINTR) abort(); continue; }
        accepted++;
        if (is("forks")) child();
        for (int i = 0; is("threads") && i < 4; i++) thread(brief, 0);
        if (is("dies") && accepted > 4 && access("die", F_OK) == 0) _exit(3);
        thread(serve, (void *)(long)fd);
    }
}

// The habits that only a server that has just begun has, so that it can be held next time: then it makes the file "done".
static void done(void) { close(open("done", O_CREAT | O_WRONLY, 0600)); }

static void *spawns(void *unused) {
    char *argv[] = {"true", 0};
    for (int i = 0; i < 100; i++) {
        int pid;
        if (posix_spawn(&pid, "/bin/true", 0, 0, argv, environ)) abort();
        waitpid(pid, 0, 0);
    }
    done();
    return 0;
}

static void *spawnsSlowly(void *unused) {
    for (int i = 0; i < 8; i++) {
        int pid = vfork();
        if (pid == 0) { usleep(30000); execl("/bin/true", "true", (char *)0); _exit(1); }
        waitpid(pid, 0, 0);
    }
    done();
    return 0;
}

static void *outlives(void *unused) { usleep(300000); done(); exit(0); }

// A process whose first thread has ended and whose second lives on.
static void *leaves(void *unused) {
    int pid = fork();
    if (pid == 0) { thread(outlives, 0); pthread_exit(0); }
    waitpid(pid, 0, 0);
    return 0;
}

static void *again(void *unused) {
    execl("/proc/self/exe", arguments[0], arguments[1], "plain", (char *)0);
    abort();
}

// Every fault is at an address that its handler must be told.
static __thread char *expected;
static __thread sigjmp_buf back;

static void onFault(int signal, siginfo_t *info, void *context) {
    if (info->si_addr != expected || info->si_code <= 0) abort();
    siglongjmp(back, 1);
}

static void *fault(void *unused) {
    char *page = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0;; i++) {
        expected = page + i % 4096;
        if (!sigsetjmp(back, 1)) { *expected = 1; abort(); }
    }
}

// Every queued value arrives once and in order.
static atomic_int seen;

static void onValue(int signal, siginfo_t *info, void *context) {
    if (info->si_code != SI_QUEUE || info->si_pid != getpid() || info->si_value.sival_int != seen + 1) abort();
    seen++;
}

static void *queueValues(void *unused) {
    for (int i = 1;; i++) {
        union sigval value = {.sival_int = i};
        if (sigqueue(getpid(), SIGRTMIN, value)) abort();
        for (int wait = 0; seen < i; wait++) { if (wait > 10000) abort(); usleep(1000); }
    }
}

static void *blockValues(void *(*body)(void *)) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &set, 0);
    thread(body, 0);
    return 0;
}

static void on(int signal, void (*handler)(int, siginfo_t *, void *)) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
    if (sigaction(signal, &action, 0)) abort();
}

static void helpers(void) {
    for (int i = 0; i < 5; i++) {
        int pid = fork();
        if (pid == 0) {
            execl("/proc/self/exe", "helper", "0", "helper", (char *)0);
            _exit(1);
        }
        waitpid(pid, 0, 0);
    }
}

int main(int count, char **argv) {
    arguments = argv;
    habit = argv[2];
    if (is("helper")) {
        for (int i = 0; i < 4; i++) thread(busy, 0);
        usleep(3000);
        exit(0);
    }
    if (is("execs")) { thread(busy, 0); thread(again, 0); for (;;) pause(); }
    if (is("helpers")) helpers();
    int one = 1;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {AF_INET, htons(atoi(argv[1])), {htonl(INADDR_LOOPBACK)}};
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) return 1;
    int seconds = 3;
    if (is("dies")) setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
    if (is("spawns")) thread(spawns, 0);
    if (is("spawns slowly")) thread(spawnsSlowly, 0);
    if (is("leaves")) thread(leaves, 0);
    if (is("computes")) for (int i = 0; i < 2; i++) thread(busy, 0);
    if (is("faults")) { on(SIGSEGV, onFault); for (int i = 0; i < 2; i++) thread(fault, 0); }
    if (is("signals")) { on(SIGRTMIN, onValue); blockValues(queueValues); }
    acceptAll(0);
}
