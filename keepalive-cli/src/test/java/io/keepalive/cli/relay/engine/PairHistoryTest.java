package io.keepalive.cli.relay.engine;

import static io.keepalive.cli.relay.engine.Side.CLIENT;
import static io.keepalive.cli.relay.engine.Side.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A {@link Pair} between two peers and four bounded kernel buffers, all in virtual time: whatever order things happen in,
 * each peer gets a prefix of what the other one sent, all of it if nobody reset, a FIN only behind the last byte, and a
 * reset only if somebody caused one; and it always comes to an end.
 */
class PairHistoryTest {
    private static final int HISTORIES = 20_000;
    private static final int STEPS = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 20261127, -5})
    void histories_ofAnyOrder_areFaithful(long seed) {
        Random random = new Random(seed);
        int inOrder = 0;
        int reset = 0;
        for (int i = 0; i < HISTORIES; i++) {
            World world = new World(new Random(random.nextLong()), i % 2 == 0);
            PairEnd how = world.play();
            if (how == PairEnd.IN_ORDER) {
                inOrder++;
            } else {
                reset++;
            }
        }
        assertThat(inOrder).isGreaterThan(HISTORIES / 4);
        assertThat(reset).isGreaterThan(HISTORIES / 8);
    }

    /** A program and the kernels on the way to and from the relay. Bytes are their positions in the stream. */
    private static final class Peer {
        final int toSend;
        final int inCapacity;
        final int outCapacity;
        int sent;
        boolean finSent;
        /** In the relay's receive buffer. */
        int inWaiting;
        /** In the relay's send buffer. */
        int outWaiting;

        boolean outShut;
        int received;
        boolean broken;

        Peer(Random random) {
            toSend = random.nextInt(60);
            inCapacity = 1 + random.nextInt(20);
            outCapacity = 1 + random.nextInt(20);
        }
    }

    private static final class World {
        private final Random random;
        private final boolean mayBreak;
        private final Pair pair;
        private final Peer client;
        private final Peer target;
        private long now;
        private @Nullable Side firstBroken;
        private @Nullable Side firstFin;

        World(Random random, boolean mayBreak) {
            this.random = random;
            this.mayBreak = mayBreak;
            now = random.nextLong(); // nanoTime may be negative or wrap
            pair = new Pair(now);
            client = new Peer(random);
            target = new Peer(random);
        }

        Peer peer(Side side) {
            return side == CLIENT ? client : target;
        }

        PairEnd play() {
            for (int step = 0; step < STEPS; step++) {
                now += random.nextInt(1000);
                if (step == 5) {
                    pair.onConnected();
                }
                Side side = random.nextBoolean() ? CLIENT : TARGET;
                program(side);
                relay(side);
                if (pair.verdict() != null) {
                    check();
                    return pair.verdict().how();
                }
            }
            throw new AssertionError("no end after " + STEPS + " steps: sent " + client.sent + " and " + target.sent
                    + ", received " + client.received + " and " + target.received);
        }

        private void program(Side side) {
            Peer peer = peer(side);
            int free = peer.inCapacity - peer.inWaiting;
            int count = Math.min(Math.min(random.nextInt(8), free), peer.toSend - peer.sent);
            peer.sent += count;
            peer.inWaiting += count;
            if (peer.sent == peer.toSend && random.nextInt(10) == 0) {
                peer.finSent = true;
            }
            if (random.nextInt(3) == 0) {
                peer.received += peer.outWaiting;
                peer.outWaiting = 0;
            }
            if (mayBreak && random.nextInt(60) == 0) {
                peer.broken = true;
            }
        }

        /** One event of a leg, as a selector would report it, and what the loop does then. */
        private void relay(Side side) {
            Peer peer = peer(side);
            if (peer.broken && (pair.reads(side) || pair.writes(side) || pair.isUnread(side))) {
                if (firstBroken == null) {
                    firstBroken = side;
                }
                pair.onFailure(side);
                return;
            }
            if (pair.writes(side)) {
                write(side);
            }
            if (pair.reads(side)) {
                assertThat(waitingFor(side.other())).as("one buffer at a time").isZero();
                if (peer.inWaiting > 0) {
                    int count = 1 + random.nextInt(peer.inWaiting);
                    peer.inWaiting -= count;
                    pair.onRead(side, count, now);
                    write(side.other());
                } else if (peer.finSent) {
                    if (firstFin == null) {
                        firstFin = side;
                    }
                    pair.onFin(side, now);
                }
            }
            for (Side to : Side.values()) {
                if (pair.shuts(to)) {
                    peer(to).outShut = true;
                    pair.onShut(to);
                }
            }
        }

        private int waitingFor(Side to) {
            Peer reader = peer(to);
            return (int) pair.bytesFrom(to.other()) - reader.received - reader.outWaiting;
        }

        private void write(Side to) {
            Peer reader = peer(to);
            assertThat(reader.outShut).as("a write behind the FIN").isFalse();
            int room = reader.outCapacity - reader.outWaiting;
            int count = Math.min(room, waitingFor(to));
            reader.outWaiting += count;
            pair.onWritten(to, count);
        }

        private void check() {
            PairEnd.Verdict verdict = pair.verdict();
            assertThat(verdict).isNotNull();
            for (Side side : Side.values()) {
                Peer sender = peer(side);
                Peer reader = peer(side.other());
                int arrived = reader.received + reader.outWaiting;
                assertThat(arrived).isLessThanOrEqualTo(sender.sent);
                if (Objects.requireNonNull(verdict).how() == PairEnd.IN_ORDER) {
                    assertThat(arrived).as("all bytes before the FIN").isEqualTo(sender.toSend);
                    assertThat(reader.outShut).isTrue();
                } else if (reader.outShut) {
                    assertThat(arrived).as("FIN behind the last byte").isEqualTo(sender.toSend);
                }
            }
            if (Objects.requireNonNull(verdict).how() == PairEnd.IN_ORDER) {
                assertThat(verdict.by()).isEqualTo(firstFin);
            } else {
                assertThat(verdict.by())
                        .as("no reset without a cause")
                        .isEqualTo(firstBroken)
                        .isNotNull();
            }
        }
    }
}
