package io.keepalive.cli.linux;

/** Constants of the kernel's interface, from the headers named. The same on every architecture that a JDK runs on. */
public final class Linux {
    // linux/socket.h
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 0x80000;

    // asm-generic/socket.h
    public static final int SOL_SOCKET = 1;
    public static final int SO_RCVBUF = 8;
    public static final int SO_KEEPALIVE = 9;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SO_PROTOCOL = 38;

    // linux/in.h, linux/tcp.h
    public static final int IPPROTO_TCP = 6;
    public static final int TCP_KEEPIDLE = 4;
    public static final int TCP_KEEPINTVL = 5;
    public static final int TCP_KEEPCNT = 6;
    public static final int TCP_USER_TIMEOUT = 18;

    // linux/netlink.h
    public static final int NETLINK_SOCK_DIAG = 4;
    static final int NLM_F_REQUEST = 1;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_DUMP_INTR = 0x10;
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;

    // linux/sock_diag.h
    static final int SOCK_DIAG_BY_FAMILY = 20;
    static final int SKNLGRP_INET_TCP_DESTROY = 1;
    static final int SKNLGRP_INET6_TCP_DESTROY = 3;

    // linux/inet_diag.h
    static final int INET_DIAG_INFO = 2;
    static final int INET_DIAG_SKV6ONLY = 11;

    // linux/sched.h
    public static final int CLONE_NEWNET = 0x40000000;

    private Linux() {}
}
