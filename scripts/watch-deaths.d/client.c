/* client KIND HOST COUNT: as client.py, in C. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *kind;
static const char *host;

static const struct {
    const char *kind;
    const char *port;
} ports[] = {
    {"cut-idle", "7001"},         {"cut-data", "7002"},  {"nat-silent", "7003"}, {"nat-silent-probed", "7003"},
    {"nat-survivor", "7003"},     {"nat-reset", "7004"}, {"nat-reset-probed", "7004"}, {"reset-survivor", "7004"},
    {"proxy-fin", "7005"},
    {"peer-rst", "7006"},         {"zero-window", "7007"}, {"own-close", "7008"},
};

static int is(const char *name) { return strcmp(kind, name) == 0; }

static void set(int fd, int level, int option, int value) { setsockopt(fd, level, option, &value, sizeof value); }

static void probe(int fd, int idle) {
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

static void user_timeout(int fd, int millis) { set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, millis); }

static int exchange(int fd) {
    char buffer[4096];
    return send(fd, "ping", 4, MSG_NOSIGNAL) == 4 && recv(fd, buffer, sizeof buffer, 0) > 0;
}

static void die(int fd, unsigned *seed) {
    static const int gaps[] = {8, 9, 11};
    static char block[65536];
    char buffer[4096];
    int gap = gaps[rand_r(seed) % 3];
    if (is("cut-idle")) {
        probe(fd, 2);
        exchange(fd);
        recv(fd, buffer, 1, 0);
    } else if (is("cut-data")) {
        user_timeout(fd, 3000);
        while (exchange(fd)) {
            usleep(500000);
        }
    } else if (is("nat-silent") || is("nat-reset")) {
        user_timeout(fd, 3000);
        exchange(fd);
        sleep(gap);
        send(fd, "late", 4, MSG_NOSIGNAL);
        recv(fd, buffer, 1, 0);
    } else if (is("nat-silent-probed") || is("nat-reset-probed")) {
        probe(fd, gap);
        exchange(fd);
        recv(fd, buffer, 1, 0);
    } else if (is("nat-survivor") || is("reset-survivor")) {
        for (int wait = 2; wait <= 6 && exchange(fd); wait += 2) {
            sleep(wait);
        }
        exchange(fd);
    } else if (is("proxy-fin") || is("peer-rst")) {
        send(fd, "ping", 4, MSG_NOSIGNAL);
        while (recv(fd, buffer, sizeof buffer, 0) > 0) {
        }
    } else if (is("zero-window")) {
        user_timeout(fd, 4000);
        while (send(fd, block, sizeof block, MSG_NOSIGNAL) > 0) {
        }
    } else if (is("own-close")) {
        exchange(fd);
        usleep(rand_r(seed) % 4000000);
    }
}

static void *run(void *number) {
    unsigned seed = (unsigned)(size_t)number * 7919u + (unsigned)getpid();
    usleep(rand_r(&seed) % 2000000);
    const char *port = "7008";
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        if (is(ports[i].kind)) {
            port = ports[i].port;
        }
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST}, *address;
    if (getaddrinfo(host, port, &hints, &address)) {
        exit(2);
    }
    int fd = socket(address->ai_family, SOCK_STREAM, 0);
    if (connect(fd, address->ai_addr, address->ai_addrlen)) {
        perror("connect");
        exit(1);
    }
    struct sockaddr_in6 local;
    socklen_t length = sizeof local;
    getsockname(fd, (struct sockaddr *)&local, &length);
    printf("%s %d\n", kind, ntohs(local.sin6_port)); /* at the same place for IPv4 */
    fflush(stdout);
    die(fd, &seed);
    close(fd);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 4) {
        return 2;
    }
    kind = arguments[1];
    host = arguments[2];
    int wanted = atoi(arguments[3]);
    pthread_t *threads = calloc((size_t)wanted, sizeof *threads);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 * 1024);
    for (int i = 0; i < wanted; i++) {
        pthread_create(&threads[i], &small, run, (void *)(size_t)i);
    }
    for (int i = 0; i < wanted; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
