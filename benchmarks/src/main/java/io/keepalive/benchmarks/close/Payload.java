package io.keepalive.benchmarks.close;

import java.util.zip.CRC32;

/** The application's bytes: none of them below 128, so that an empty line among them is a heartbeat. */
final class Payload {
    private final CRC32 checksum = new CRC32();
    private long received;

    static byte[] of(int bytes) {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            payload[i] = (byte) (0x80 | ((i * 31 + (i >> 9)) & 0x7F));
        }
        return payload;
    }

    /** Counts what was received; heartbeats in lines are dropped. */
    void received(byte[] bytes, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] < 0) {
                bytes[kept++] = bytes[i];
            }
        }
        checksum.update(bytes, 0, kept);
        received += kept;
    }

    /** What arrived, compared to what was sent. */
    String compare(byte[] sent) {
        CRC32 expected = new CRC32();
        expected.update(sent);
        if (received != sent.length) {
            return "CUT SHORT at " + received;
        }
        return checksum.getValue() == expected.getValue() ? "whole" : "CHANGED";
    }
}
