package io.keepalive.cli.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The kernel's {@code struct tcp_info} (linux/tcp.h): a copy of its bytes, read by offset. A field that this kernel's
 * structure does not have is {@link #ABSENT}.
 */
public final class TcpInfoFields {
    public static final long ABSENT = -1;

    private final ByteBuffer bytes;

    private TcpInfoFields(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Copies what lies between position and limit. */
    public static TcpInfoFields copyOf(ByteBuffer source) {
        byte[] copy = new byte[source.remaining()];
        source.duplicate().get(copy);
        return of(copy);
    }

    /** Takes over the bytes. */
    public static TcpInfoFields of(byte[] bytes) {
        return new TcpInfoFields(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
    }

    public TcpState state() {
        return TcpState.of((int) unsignedByte(0));
    }

    /** How often in a row the oldest data was retransmitted. */
    public long retransmits() {
        return unsignedByte(2);
    }

    /** Unanswered probes, of keepalive or of a closed window. */
    public long probes() {
        return unsignedByte(3);
    }

    public long backoff() {
        return unsignedByte(4);
    }

    public long retransmissionTimeoutMicros() {
        return unsignedInt(8);
    }

    public long unackedSegments() {
        return unsignedInt(24);
    }

    public long lostSegments() {
        return unsignedInt(32);
    }

    public long lastDataSentMillis() {
        return unsignedInt(44);
    }

    public long lastDataReceivedMillis() {
        return unsignedInt(52);
    }

    /** Since any acknowledgement was received, the answer to a probe included. */
    public long lastAckReceivedMillis() {
        return unsignedInt(56);
    }

    public long rttMicros() {
        return unsignedInt(68);
    }

    public long totalRetransmits() {
        return unsignedInt(100);
    }

    /** Counts a FIN of this side as one. Linux 4.1. */
    public long bytesAcked() {
        return signedLong(120);
    }

    /** Counts a FIN of the peer as one. Linux 4.1. */
    public long bytesReceived() {
        return signedLong(128);
    }

    public long segmentsOut() {
        return unsignedInt(136);
    }

    public long segmentsIn() {
        return unsignedInt(140);
    }

    public long notSentBytes() {
        return unsignedInt(144);
    }

    public long minRttMicros() {
        return unsignedInt(148);
    }

    public long dataSegmentsIn() {
        return unsignedInt(152);
    }

    public long dataSegmentsOut() {
        return unsignedInt(156);
    }

    public long busyMicros() {
        return signedLong(168);
    }

    public long receiveWindowLimitedMicros() {
        return signedLong(176);
    }

    /** Linux 4.19. */
    public long bytesSent() {
        return signedLong(200);
    }

    /** Linux 4.19. */
    public long bytesRetransmitted() {
        return signedLong(208);
    }

    /** The peer's window as last advertised. Linux 5.6. */
    public long sendWindowBytes() {
        return unsignedInt(228);
    }

    /**
     * How long ago the peer's kernel last gave a sign of life: data or an acknowledgement, whichever is younger.
     *
     * @return milliseconds
     */
    public long silenceMillis() {
        return Math.min(lastDataReceivedMillis(), lastAckReceivedMillis());
    }

    /** The bytes, for a recording. */
    @SuppressWarnings("ByteBufferBackingArray") // made by wrapping an array
    public byte[] toByteArray() {
        return bytes.array().clone();
    }

    private long unsignedByte(int offset) {
        return has(offset, Byte.BYTES) ? Byte.toUnsignedLong(bytes.get(offset)) : ABSENT;
    }

    private long unsignedInt(int offset) {
        return has(offset, Integer.BYTES) ? Integer.toUnsignedLong(bytes.getInt(offset)) : ABSENT;
    }

    private long signedLong(int offset) {
        return has(offset, Long.BYTES) ? bytes.getLong(offset) : ABSENT;
    }

    private boolean has(int offset, int length) {
        return offset + length <= bytes.limit();
    }
}
