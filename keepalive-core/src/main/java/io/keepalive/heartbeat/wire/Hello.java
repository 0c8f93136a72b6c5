package io.keepalive.heartbeat.wire;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The first frame of a side: its abilities and its wishes. A value without state, made once for all the connections of
 * a configuration.
 *
 * <p>Durations are whole milliseconds, {@link Duration#ZERO} for none, otherwise from 1 s (2 s for the path) to
 * 2,147,483,647 ms. The floor of 1 s: below some 5 s a healthy network gives false alarms already, and 15 s is the least
 * that RFC 8085, section 3.5, lets a program use on the open Internet.
 *
 * @param version the newest version that this side speaks, from 1
 * @param canSendEvery how often this side can send a frame; none: it promises nothing
 * @param wantsEvery how often this side wants to hear a frame; none: it demands nothing
 * @param givesUpAfter the silence, its PINGs included, after which this side declares its peer dead; none: never. Sent, so
 *     that the two sides' logs can be understood; nothing is computed from it
 * @param pathTimeout the shortest idle timeout of a middlebox between the two sides that this side knows of; none: unknown
 * @param largestFrame the largest payload that this side takes, in bytes: 512 to 16,777,215
 * @since 0.1
 */
public record Hello(
        int version,
        Duration canSendEvery,
        Duration wantsEvery,
        Duration givesUpAfter,
        Duration pathTimeout,
        int largestFrame) {
    /** The version that this package speaks. */
    public static final int VERSION = 1;

    /** The largest payload by default: 64 KiB, so that beats pass between the frames of bulk data. */
    public static final int DEFAULT_LARGEST_FRAME = 64 * 1024;

    /** The bytes of {@link #encode}: an entry for each component. */
    static final int ENCODED_BYTES = 6 * HelloEntry.BYTES;

    /**
     * Checks every value.
     *
     * @param version from 1
     * @param canSendEvery none, or from 1 s
     * @param wantsEvery none, or from 1 s
     * @param givesUpAfter none, or from 1 s
     * @param pathTimeout none, or from 2 s
     * @param largestFrame in bytes, 512 to 16,777,215
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Hello {
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: from 1)");
        }
        HelloEntry.CAN_SEND.check("canSendEvery", canSendEvery);
        HelloEntry.WANTS.check("wantsEvery", wantsEvery);
        HelloEntry.GIVES_UP.check("givesUpAfter", givesUpAfter);
        HelloEntry.PATH.check("pathTimeout", pathTimeout);
        if (!HelloEntry.LARGEST_FRAME.takes(largestFrame)) {
            throw new IllegalArgumentException(
                    "largestFrame: " + largestFrame + " (expected: " + HelloEntry.LARGEST_FRAME.expectation() + ")");
        }
    }

    /**
     * A HELLO of version 1 with the same interval in both directions, without a known middlebox, that takes frames of 64 KiB.
     *
     * @param interval from 1 s, in whole milliseconds; or {@link Duration#ZERO}: no beats
     * @param givesUpAfter the silence after which the peer is declared dead
     * @return a value that the {@code with} methods change
     * @throws IllegalArgumentException if a value is out of its range
     */
    public static Hello every(Duration interval, Duration givesUpAfter) {
        return new Hello(VERSION, interval, interval, givesUpAfter, Duration.ZERO, DEFAULT_LARGEST_FRAME);
    }

    /**
     * The same with a known middlebox on the way.
     *
     * @param pathTimeout its idle timeout, from 2 s, or {@link Duration#ZERO} for none
     * @return a new value
     * @throws IllegalArgumentException if the value is out of its range
     */
    public Hello withPathTimeout(Duration pathTimeout) {
        return new Hello(version, canSendEvery, wantsEvery, givesUpAfter, pathTimeout, largestFrame);
    }

    /**
     * The same with another largest frame.
     *
     * @param largestFrame in bytes, 512 to 16,777,215
     * @return a new value
     * @throws IllegalArgumentException if the value is out of its range
     */
    public Hello withLargestFrame(int largestFrame) {
        return new Hello(version, canSendEvery, wantsEvery, givesUpAfter, pathTimeout, largestFrame);
    }

    /**
     * Reads the payload of a HELLO frame. Entries that are not known are skipped.
     *
     * @param payload from its position to its limit; read to its end
     * @return the peer's HELLO, with the defaults for what it left out
     * @throws ProtocolException {@link CloseReason#HELLO_INVALID} if the version is missing, or an entry is cut off, comes
     *     twice or is out of range
     */
    public static Hello decode(ByteBuffer payload) throws ProtocolException {
        Objects.requireNonNull(payload, "payload");
        Map<HelloEntry, Integer> entries = HelloEntry.read(payload);
        return new Hello(
                HelloEntry.VERSION.valueIn(entries),
                HelloEntry.CAN_SEND.durationIn(entries),
                HelloEntry.WANTS.durationIn(entries),
                HelloEntry.GIVES_UP.durationIn(entries),
                HelloEntry.PATH.durationIn(entries),
                HelloEntry.LARGEST_FRAME.valueIn(entries));
    }

    /**
     * Writes the payload of a HELLO frame: 36 bytes.
     *
     * @param out written at its position
     * @throws java.nio.BufferOverflowException if it has no room; then some bytes may have been written
     */
    public void encode(ByteBuffer out) {
        HelloEntry.VERSION.write(out, version);
        HelloEntry.CAN_SEND.write(out, canSendEvery);
        HelloEntry.WANTS.write(out, wantsEvery);
        HelloEntry.GIVES_UP.write(out, givesUpAfter);
        HelloEntry.PATH.write(out, pathTimeout);
        HelloEntry.LARGEST_FRAME.write(out, largestFrame);
    }
}
