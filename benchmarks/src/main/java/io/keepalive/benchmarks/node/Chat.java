package io.keepalive.benchmarks.node;

/** What the application sends. */
final class Chat {
    static final long EVERY_MILLIS = 200;
    static final int BULK_BYTES = 16 * 1024;

    private Chat() {}

    static byte[] message() {
        return new byte[100];
    }

    static byte[] bulk() {
        return new byte[BULK_BYTES];
    }
}
