/* Programs that know nothing of keepalive: "echo PORT" serves, "echo HOST PORT SECONDS" asks, is idle, asks again. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int serve(int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) || listen(l, 50)) return perror("listen"), 1;
    signal(SIGCHLD, SIG_IGN);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c >= 0 && fork() == 0) {
            char b[4096];
            ssize_t n;
            while ((n = read(c, b, sizeof b)) > 0) write(c, b, n);
            _exit(0);
        }
        close(c);
    }
}

static int ask(int s) {
    char b[8];
    return write(s, "hello", 5) == 5 && read(s, b, sizeof b) == 5;
}

int main(int n, char **v) {
    if (n == 2) return serve(atoi(v[1]));
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(v[2]))};
    struct timeval limit = {.tv_sec = 5};
    inet_pton(AF_INET, v[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) || !ask(s)) return perror("connect"), 1;
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sleep(atoi(v[3]));
    puts(ask(s) ? "answer" : "nothing");
    return 0;
}
