/* Load for the script "relay" in this folder: servers and clients that cost next to nothing.
 *
 *   server ECHO_PORT SINK_PORT      an echo server and one that reads and discards
 *   bulk PORT BYTES                 sends bytes, half-closes, waits for the end; prints seconds
 *   pingpong PORT N SECONDS         N connections, 64 bytes there and back, one at a time each; prints round trips a second
 *   connect PORT N COUNT            COUNT connections, N at a time: connect, 1 byte there and back, close; prints them a second
 *   flood PORT RATE SECONDS         starts so many connections a second, whatever becomes of them: 1 byte there and back, close;
 *                                   prints how many were started, were answered, ended otherwise
 *   idle PORT N                     opens N, echoes a byte on each, prints "open", waits for the end of standard input,
 *                                   echoes a byte on each again; prints how many answered
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[256 * 1024];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static struct sockaddr_in address(int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in a = address(port);
    a.sin_addr.s_addr = htonl(INADDR_ANY);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 4096)) fail("listen");
    return fd;
}

static int connect_to(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in a = address(port);
    if (fd < 0) fail("socket");
    if (connect(fd, (struct sockaddr *)&a, sizeof a)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void watch(int epoll, int fd) {
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e)) fail("epoll_ctl");
}

static void server(int echo_port, int sink_port) {
    static char is_sink[65536];
    int epoll = epoll_create1(0), echo = listen_on(echo_port), sink = listen_on(sink_port), on = 1;
    struct epoll_event events[256];
    watch(epoll, echo);
    watch(epoll, sink);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int n = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == echo || fd == sink) {
                int accepted;
                while ((accepted = accept(fd, 0, 0)) >= 0) {
                    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    is_sink[accepted] = fd == sink;
                    watch(epoll, accepted);
                }
                continue;
            }
            ssize_t got = recv(fd, buffer, sizeof buffer, 0);
            if (got <= 0 || (!is_sink[fd] && send(fd, buffer, got, MSG_NOSIGNAL) != got)) close(fd);
        }
    }
}

static void bulk(int port, long bytes) {
    int fd = connect_to(port);
    double start = now();
    while (bytes > 0) {
        ssize_t sent = send(fd, buffer, bytes < (long)sizeof buffer ? bytes : (long)sizeof buffer, 0);
        if (sent < 0) fail("send");
        bytes -= sent;
    }
    shutdown(fd, SHUT_WR);
    if (recv(fd, buffer, 1, 0) != 0) fail("end");
    printf("%.4f\n", now() - start);
}

static void pingpong(int port, int connections, double seconds) {
    int epoll = epoll_create1(0);
    struct epoll_event events[256];
    long trips = 0;
    for (int i = 0; i < connections; i++) {
        int fd = connect_to(port);
        watch(epoll, fd);
        send(fd, buffer, 64, 0);
    }
    double start = now(), end = start + seconds;
    while (now() < end) {
        int n = epoll_wait(epoll, events, 256, 1000);
        for (int i = 0; i < n; i++) {
            if (recv(events[i].data.fd, buffer, 64, 0) != 64) fail("recv");
            trips++;
            send(events[i].data.fd, buffer, 64, 0);
        }
    }
    printf("%.1f\n", trips / (now() - start));
}

static int start_connect(int epoll, int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in a = address(port);
    struct epoll_event e = {.events = EPOLLOUT, .data.fd = fd};
    if (connect(fd, (struct sockaddr *)&a, sizeof a) && errno != EINPROGRESS) fail("connect");
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    return fd;
}

static void connects(int port, int at_a_time, long count) {
    int epoll = epoll_create1(0);
    struct epoll_event events[256];
    long started = 0, done = 0;
    double start = now();
    for (; started < at_a_time; started++) start_connect(epoll, port);
    while (done < count) {
        int n = epoll_wait(epoll, events, 256, 10000);
        if (n <= 0) fail("no answer");
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (events[i].events & EPOLLOUT) {
                struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
                if (send(fd, buffer, 1, MSG_NOSIGNAL) != 1) fail("send");
                epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e);
            } else {
                if (recv(fd, buffer, 1, 0) != 1) fail("recv");
                close(fd);
                done++;
                if (started < count) {
                    start_connect(epoll, port);
                    started++;
                }
            }
        }
    }
    printf("%.1f\n", count / (now() - start));
}

static void flood(int port, double rate, double seconds) {
    int epoll = epoll_create1(0), most = 20000;
    struct epoll_event events[256];
    long started = 0, open = 0, answered = 0, other = 0;
    double start = now();
    for (;;) {
        double passed = now() - start;
        if (passed > seconds && (open == 0 || passed > seconds + 10)) break;
        while (passed <= seconds && started < passed * rate && open < most) {
            int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            struct sockaddr_in a = address(port);
            struct epoll_event e = {.events = EPOLLOUT, .data.fd = fd};
            started++;
            if (fd < 0 || (connect(fd, (struct sockaddr *)&a, sizeof a) && errno != EINPROGRESS)) {
                if (fd >= 0) close(fd);
                other++;
                continue;
            }
            epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
            open++;
        }
        int n = epoll_wait(epoll, events, 256, 1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
            if (!(events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) && send(fd, buffer, 1, MSG_NOSIGNAL) == 1) {
                epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e);
                continue;
            }
            if (recv(fd, buffer, 1, 0) == 1) answered++;
            else other++;
            close(fd);
            open--;
        }
    }
    printf("%ld %ld %ld\n", started, answered, other + open);
}

static int answers(int fd) {
    struct timeval limit = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return send(fd, buffer, 1, MSG_NOSIGNAL) == 1 && recv(fd, buffer, 1, 0) == 1;
}

static void idle(int port, int count) {
    int *fds = malloc(count * sizeof *fds), answered = 0;
    for (int i = 0; i < count; i++) {
        fds[i] = connect_to(port);
        if (!answers(fds[i])) fail("first answer");
    }
    puts("open");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    for (int i = 0; i < count; i++) answered += answers(fds[i]);
    printf("%d\n", answered);
}

int main(int argc, char **argv) {
    if (argc >= 4 && !strcmp(argv[1], "server")) server(atoi(argv[2]), atoi(argv[3]));
    else if (argc >= 4 && !strcmp(argv[1], "bulk")) bulk(atoi(argv[2]), atol(argv[3]));
    else if (argc >= 5 && !strcmp(argv[1], "pingpong")) pingpong(atoi(argv[2]), atoi(argv[3]), atof(argv[4]));
    else if (argc >= 5 && !strcmp(argv[1], "connect")) connects(atoi(argv[2]), atoi(argv[3]), atol(argv[4]));
    else if (argc >= 5 && !strcmp(argv[1], "flood")) flood(atoi(argv[2]), atof(argv[3]), atof(argv[4]));
    else if (argc >= 4 && !strcmp(argv[1], "idle")) idle(atoi(argv[2]), atoi(argv[3]));
    else return fprintf(stderr, "usage: see the top of relay-load.c\n"), 2;
    return 0;
}
