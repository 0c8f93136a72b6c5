package io.keepalive.lab;

/** The three network namespaces of a lab; addresses and names as in router.sh. */
enum Site {
    CLIENT("10.9.1.2"),
    /** The address the server sees: that of the router's interface towards it. */
    ROUTER("10.9.2.1"),
    SERVER("10.9.2.2");

    private final String address;

    Site(String address) {
        this.address = address;
    }

    String address() {
        return address;
    }

    /** The namespace as a file that can be opened from outside the lab. */
    String namespace(long holderPid) {
        return switch (this) {
            case ROUTER -> "/proc/" + holderPid + "/ns/net";
            case CLIENT -> "/proc/" + holderPid + "/root/run/netns/client";
            case SERVER -> "/proc/" + holderPid + "/root/run/netns/server";
        };
    }

    @Override
    public String toString() {
        return switch (this) {
            case ROUTER -> "router";
            case CLIENT -> "client";
            case SERVER -> "server";
        };
    }
}
