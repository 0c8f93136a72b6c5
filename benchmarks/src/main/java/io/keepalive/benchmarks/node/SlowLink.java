package io.keepalive.benchmarks.node;

import io.keepalive.lab.NatLab;

/**
 * A limit of the lab's bandwidth, each way, by the kernel's token bucket filter.
 *
 * @param kilobits a second
 * @param queueMillis how long a packet may wait before the queue is full
 */
public record SlowLink(int kilobits, int queueMillis) {
    private static final String[] SIDES = {"c0", "s0"};

    public void apply(NatLab lab) {
        for (String side : SIDES) {
            lab.router()
                    .command(
                            "tc",
                            "qdisc",
                            "replace",
                            "dev",
                            side,
                            "root",
                            "tbf",
                            "rate",
                            kilobits + "kbit",
                            "burst",
                            "16kb",
                            "latency",
                            queueMillis + "ms")
                    .run()
                    .orThrow();
        }
    }

    public void remove(NatLab lab) {
        for (String side : SIDES) {
            lab.router()
                    .command("tc", "qdisc", "del", "dev", side, "root")
                    .run()
                    .orThrow();
        }
    }

    @Override
    public String toString() {
        return kilobits + " kbit/s with a queue of " + queueMillis + " ms";
    }
}
