package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random histories that end in every way, over a virtual TCP connection: each side reports one end; what was written before
 * a close in order, or before both have sent END, arrives whole. {@code -Dkeepalive.histories=N} runs more.
 */
class EndingsTest {
    private static final int HISTORIES = Integer.getInteger("keepalive.histories", 5_000);
    private static final List<Way> WAYS = List.of(Way.values());
    private static final HeartbeatProtocol PROTOCOL = HeartbeatProtocol.of(HeartbeatConfig.parse(
            "ping-idle=30s,pong-timeout=5s,max-missed-pongs=2,beat-interval=1s,close-timeout=20s"));

    /** How this history ends. */
    private enum Way {
        ONE_CLOSES,
        BOTH_CLOSE,
        BOTH_END,
        ONE_ABORTS,
        CUT
    }

    @Test
    void historiesWithEnds_loseNothing_andReportOneEndEach() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            new History(seed).run();
        }
    }

    /** One side: an adapter by the book around a session. */
    private static final class Side {
        final FrameSession session;
        final FrameDecoder decoder;
        final VirtualTcp out;
        final VirtualTcp in;
        final ByteArrayOutputStream outbox = new ByteArrayOutputStream();
        final ByteBuffer control = ByteBuffer.allocate(FrameSession.CONTROL_BYTES);
        boolean isReading = true;
        boolean isSocketClosed;
        boolean hasEnded;
        boolean isIntact = true;
        boolean endSeen;
        long written;
        int dataSent;
        int dataReceived;
        int endsReported;

        @Nullable
        ConnectionEnd end;

        Side(VirtualTcp out, VirtualTcp in, long nowNanos) {
            this.session = PROTOCOL.session(nowNanos);
            this.decoder = new FrameDecoder(session.order());
            this.out = out;
            this.in = in;
        }

        boolean canWrite() {
            return session.closing() == null && session.loss().isEmpty() && !hasEnded;
        }

        void endOutput() {
            hasEnded = true;
            session.endOutput();
        }

        void write(int length) {
            int header = session.begin(length, control.clear());
            outbox.write(control.array(), 0, control.position());
            outbox.writeBytes(ByteBuffer.allocate(4).putInt(header).array());
            for (int i = 0; i < length; i++) {
                outbox.write(dataSent++ % 127);
            }
        }

        void step(Random random, long nowNanos) {
            if (!isSocketClosed) {
                read(random, nowNanos);
            }
            if (!isSocketClosed) {
                flush(nowNanos);
            }
            report();
        }

        private void read(Random random, long nowNanos) {
            if (in.isReset()) {
                session.fail(new ConnectionLoss(LossCause.PEER_RESET, Confidence.HIGH, "reset"), nowNanos);
            } else if (in.isAtEnd()) {
                if (!endSeen) {
                    endSeen = true;
                    session.onInputEnded(nowNanos);
                }
            } else if ((isReading || session.closing() != null) && in.hasUnread()) {
                received(in.read(random), nowNanos);
            }
        }

        private void received(byte[] bytes, long nowNanos) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            session.heartbeat().onReceived();
            try {
                while (session.closing() == null && decoder.next(buffer)) {
                    if (decoder.type() == FrameType.DATA) {
                        int count = Math.min(decoder.dataRemaining(), buffer.remaining());
                        for (int i = 0; i < count; i++) {
                            isIntact &= buffer.get() == (byte) (dataReceived++ % 127);
                        }
                        decoder.consumed(count);
                    } else {
                        session.onFrame(decoder, nowNanos);
                    }
                }
            } catch (ProtocolException e) {
                throw new AssertionError(e);
            }
            if (session.closing() != null) {
                session.onDiscarded(nowNanos);
            }
        }

        private void flush(long nowNanos) {
            if (session.writeAll(control.clear())) {
                outbox.write(control.array(), 0, control.position());
            }
            byte[] waiting = outbox.toByteArray();
            int taken = session.end() != null && session.end().resets() ? 0 : out.send(waiting, 0, waiting.length);
            written += taken;
            outbox.reset();
            outbox.write(waiting, taken, waiting.length - taken);
            if (outbox.size() == 0) {
                session.onFlushed(nowNanos);
            }
            switch (session.pollClose()) {
                case NONE -> {}
                case SHUT_OUTPUT -> out.fin();
                case CLOSE -> close();
                case RESET -> {
                    isSocketClosed = true;
                    in.readerIsGone();
                    out.reset();
                }
            }
        }

        private void close() {
            isSocketClosed = true;
            in.readerIsGone();
            if (in.hasUnread()) {
                out.reset();
            } else {
                out.fin();
            }
        }

        void tick(long nowNanos) {
            if (!isSocketClosed) {
                session.onTick(nowNanos, isReading, outbox.size() > 0, written);
            }
        }

        ConnectionEnd end() {
            return Objects.requireNonNull(end);
        }

        private void report() {
            ConnectionEnd over = session.pollEnd();
            if (over != null) {
                end = over;
                endsReported++;
            }
        }
    }

    private static final class History {
        private final int seed;
        private final Random random;
        private final VirtualTcp there = new VirtualTcp();
        private final VirtualTcp back = new VirtualTcp();
        private final Side left;
        private final Side right;
        private final Way way;
        private long nowNanos;
        private boolean isCut;

        History(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.nowNanos = random.nextLong();
            this.left = new Side(there, back, nowNanos);
            this.right = new Side(back, there, nowNanos);
            this.way = WAYS.get(random.nextInt(WAYS.size()));
        }

        void run() {
            int steps = random.nextInt(60);
            for (int i = 0; i < steps; i++) {
                step();
                maybeWrite(left);
                maybeWrite(right);
            }
            end();
            left.isReading = true;
            right.isReading = true;
            for (int i = 0; i < 3_000 && !(left.isSocketClosed && right.isSocketClosed); i++) {
                step();
                nowNanos += TimeUnit.MILLISECONDS.toNanos(50);
            }
            check();
        }

        private void maybeWrite(Side side) {
            if (side.canWrite() && random.nextInt(3) == 0 && side.outbox.size() < 1_000) {
                side.write(1 + random.nextInt(150));
            }
            side.isReading = random.nextInt(10) == 0 ? !side.isReading : side.isReading;
        }

        private void step() {
            nowNanos += random.nextInt(20) == 0 ? TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500)) : 1_000;
            switch (random.nextInt(4)) {
                case 0 -> left.step(random, nowNanos);
                case 1 -> right.step(random, nowNanos);
                case 2 -> deliver(there, back);
                default -> deliver(back, there);
            }
            left.tick(nowNanos);
            right.tick(nowNanos);
        }

        private void deliver(VirtualTcp pipe, VirtualTcp reverse) {
            if (!isCut) {
                pipe.deliver(reverse);
            }
        }

        private void end() {
            switch (way) {
                case ONE_CLOSES -> close(left);
                case BOTH_CLOSE -> {
                    close(left);
                    step();
                    close(right);
                }
                case BOTH_END -> {
                    left.endOutput();
                    step();
                    right.endOutput();
                }
                case ONE_ABORTS -> left.session.abort(nowNanos);
                case CUT -> isCut = true;
            }
        }

        private void close(Side side) {
            side.session.close(CloseReason.NORMAL, nowNanos);
        }

        private void check() {
            String what = "seed " + seed + ", " + way + ", " + left.end + ", " + right.end;
            assertThat(left.isSocketClosed && right.isSocketClosed).as(what).isTrue();
            assertThat(left.isIntact && right.isIntact).as(what).isTrue();
            assertThat(left.endsReported).as(what).isEqualTo(1);
            assertThat(right.endsReported).as(what).isEqualTo(1);
            switch (way) {
                case ONE_CLOSES -> {
                    assertThat(right.dataReceived).as(what).isEqualTo(left.dataSent);
                    assertInOrder(left, what);
                    assertInOrder(right, what);
                }
                case BOTH_CLOSE -> {
                    assertInOrder(left, what);
                    assertInOrder(right, what);
                }
                case BOTH_END -> {
                    assertThat(right.dataReceived).as(what).isEqualTo(left.dataSent);
                    assertThat(left.dataReceived).as(what).isEqualTo(right.dataSent);
                    assertInOrder(left, what);
                    assertInOrder(right, what);
                }
                case ONE_ABORTS -> {
                    assertThat(left.end().isLoss()).as(what).isFalse();
                    assertThat(right.end().loss().cause()).as(what).isEqualTo(LossCause.PEER_RESET);
                }
                case CUT -> {
                    assertThat(left.end().isLoss() && right.end().isLoss())
                            .as(what)
                            .isTrue();
                    assertThat(left.end().loss().cause())
                            .as(what)
                            .isIn(LossCause.HEARTBEAT_TIMEOUT, LossCause.WRITE_STALLED);
                }
            }
        }

        private static void assertInOrder(Side side, String what) {
            assertThat(side.end().inOrder()).as(what).isTrue();
            assertThat(side.end().isLoss()).as(what).isFalse();
        }
    }
}
