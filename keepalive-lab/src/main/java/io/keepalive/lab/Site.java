package io.keepalive.lab;

/** The three network namespaces of a lab; addresses and names as in router.sh. */
enum Site {
    CLIENT("10.9.1.2"),
    /** The address the server sees: that of the router's interface towards it. */
    ROUTER("10.9.2.1"),
    SERVER("10.9.2.2");

    /** Where ip-netns(8) keeps the namespaces that have a name. */
    private static final String NAMED = "/run/netns/";

    private final String address;

    Site(String address) {
        this.address = address;
    }

    String address() {
        return address;
    }

    /** The namespace as a file that can be opened from outside the lab. */
    String namespace(long holderPid) {
        // proc(5): the root link leads into the lab's own mounts
        return "/proc/" + holderPid + (this == ROUTER ? "/ns/net" : "/root" + NAMED + this);
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
