package io.keepalive.lab;

/**
 * What the router does with a packet of a connection that it has forgotten.
 *
 * @since 0.1
 */
public enum Expiry {
    /** Drops it silently, as most NAT boxes and load balancers do: both ends go on believing in the connection. */
    BLACKHOLE("drop"),

    /** Answers the sender with a TCP reset. */
    RESET("reject with tcp reset");

    private final String verdict;

    Expiry(String verdict) {
        this.verdict = verdict;
    }

    /** The nft statement that does it to a TCP packet. */
    String verdict() {
        return verdict;
    }
}
