package io.keepalive.heartbeat.virtual;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatConfigBuilder;
import io.keepalive.loss.ConnectionLoss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A random history of two processes and their connection, and the promises that must hold in it whatever happens. */
final class History {
    enum Kind {
        /** The peer is there and sends; what goes wrong is this side's: stops, late timers, reading held back, bulk. */
        ALIVE,
        /** The same, and then the peer is gone for ever. */
        DEAD,
        /** Anything happens to anybody, and heals or does not. */
        ANYTHING
    }

    private static final long[] ORIGINS = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -2_000_000_000L, -1, 0, 1, Long.MAX_VALUE - 2_000_000_000L, Long.MAX_VALUE
    };

    private final Kind kind;
    private final long seed;
    private final Random random;
    private final HeartbeatConfig config;
    private final HeartbeatConfig peerConfig;
    private final VirtualNetwork network;
    private final VirtualEndpoint me;
    private final VirtualEndpoint peer;
    private final long pingIdle;
    private final long deadline;
    private final List<String> story = new ArrayList<>();

    private boolean readingAtEnd = true;
    private long readingSince;

    History(Kind kind, long seed) {
        this.kind = kind;
        this.seed = seed;
        this.random = new Random(seed);
        this.pingIdle = (long) (50e6 * Math.pow(2, random.nextDouble() * 11)); // 50 ms to 100 s
        long pongTimeout = (long) (pingIdle * (0.2 + 2 * random.nextDouble()));
        HeartbeatConfigBuilder builder = HeartbeatConfig.builder()
                .pingIdle(Duration.ofNanos(pingIdle))
                .pongTimeout(Duration.ofNanos(pongTimeout))
                .maxMissedPongs(1 + random.nextInt(4))
                .jitterPercent(random.nextInt(51))
                .readPauseTimeout(Duration.ofNanos(pingIdle * (3 + random.nextInt(10))))
                .writeStallTimeout(Duration.ofNanos(pingIdle * (1 + random.nextInt(5))))
                .minPingInterval(Duration.ofMillis(10));
        if (chance(2)) {
            builder.beatInterval(Duration.ofNanos(10_000_000 + (long) (pingIdle * 1.5 * random.nextDouble())));
        }
        if (chance(3)) {
            builder.localPauseAllowance(Duration.ofNanos((long) (pingIdle * 3 * random.nextDouble())));
        }
        if (chance(2)) {
            builder.requireHeartbeats();
        }
        if (chance(8)) {
            builder.oneWay();
        }
        this.config = builder.build();
        this.deadline = config.detectionTime().toNanos();
        // Its patience is not the matter unless anything may happen.
        long beatAtMost = (long) (config.maxMissedPongs() * pongTimeout * (0.1 + 0.7 * random.nextDouble()));
        HeartbeatConfigBuilder peerBuilder = config.toBuilder()
                .beatInterval(Duration.ofNanos(Math.max(10_000_000, beatAtMost)))
                .jitterPercent(random.nextInt(51));
        if (kind != Kind.ANYTHING) {
            peerBuilder
                    .pongTimeout(Duration.ofDays(1))
                    .writeStallTimeout(Duration.ofDays(365))
                    .readPauseTimeout(Duration.ofDays(365));
        }
        this.peerConfig = peerBuilder.build();
        long origin = chance(2) ? random.nextLong() : ORIGINS[random.nextInt(ORIGINS.length)];
        this.network = new VirtualNetwork(
                origin, random.nextLong(), config, kind == Kind.ANYTHING && chance(10) ? null : peerConfig);
        this.me = network.left();
        this.peer = network.right();
        path(me.outgoing());
        path(peer.outgoing());
        if (chance(5)) {
            me.timersFirst(false);
        }
        if (chance(4)) {
            me.tellsWritten(false);
        }
        if (chance(4)) {
            long late = (long) (pingIdle * Math.pow(random.nextDouble(), 3));
            me.latenessNanos(chance(2) ? () -> late : () -> (long) (late * random.nextDouble()));
        }
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }

    private long upTo(long nanos, double times) {
        return 1 + (long) (nanos * times * random.nextDouble());
    }

    /** Nothing that delays a beat for so long that silence could be fatal. */
    private void path(VirtualLink link) {
        long fatal = config.maxMissedPongs() * config.pongTimeout().toNanos();
        link.latencyNanos(upTo(fatal, 0.1));
        if (chance(2)) { // 10 pieces of 16 KiB in a fatal time at least; megabytes stand in front of a question
            long rate = (long) (163_840e9 / fatal * (1 + 9 * random.nextDouble()));
            link.bytesPerSecond(Math.max(1000, rate)).sendBuffer(100_000 + random.nextInt(3_000_000));
            link.receiveBuffer(100_000 + random.nextInt(3_000_000));
        }
    }

    /** Returns what was broken. */
    List<String> run() {
        int events = 2 + random.nextInt(8);
        long horizon = (long) (deadline * (1 + 3 * random.nextDouble()));
        for (int i = 0; i < events; i++) {
            long at = upTo(horizon, 1);
            network.at(at, () -> befall());
        }
        network.runUntil(horizon);
        me.resume();
        me.stalled(false);
        readingSince = network.nanos();
        readingAtEnd = true;
        me.reading(true);
        boolean gone = kind == Kind.DEAD || (kind == Kind.ANYTHING && chance(2));
        if (gone) {
            tell("the peer is gone");
            if (chance(2)) {
                peer.stop();
                peer.outgoing().cut();
            } else {
                network.cut();
            }
        }
        network.runUntil(network.nanos() + 2 * deadline + upTo(deadline, 12));
        return promises();
    }

    private void befall() {
        switch (random.nextInt(kind == Kind.ANYTHING ? 9 : 5)) {
            case 0, 1 -> {
                double times = chance(3) ? 10 : chance(2) ? 0.95 : 2;
                long nanos = upTo(deadline, times);
                tell("I am stopped for", nanos);
                me.stop();
                network.at(network.nanos() + nanos, me::resume);
            }
            case 2 -> {
                // The limit is for the application's own time; a tick notices up to half an interval later.
                if (kind != Kind.ANYTHING && readingSince > 0) {
                    return; // twice in a row may be once for who looks now and then
                }
                long nanos = upTo(config.readPauseTimeout().toNanos(), kind == Kind.ANYTHING ? 2 : 0.9);
                readingSince = network.nanos();
                tell("I don't read for", nanos);
                readingAtEnd = false;
                me.reading(false);
                network.at(network.nanos() + nanos, () -> {
                    readingAtEnd = true;
                    readingSince = network.nanos();
                    me.reading(true);
                });
            }
            case 3 -> send(me, "I");
            case 4 -> send(peer, "the peer");
            case 5 -> {
                long nanos = upTo(deadline, chance(3) ? 3 : 0.5);
                tell("cut for", nanos);
                VirtualLink link = chance(2) ? me.outgoing() : peer.outgoing();
                link.cut();
                network.at(network.nanos() + nanos, link::heal);
            }
            case 6 -> {
                long nanos = upTo(deadline, 3);
                tell("the peer is stopped for", nanos);
                peer.stop();
                network.at(network.nanos() + nanos, peer::resume);
            }
            case 7 -> {
                long nanos = upTo(config.writeStallTimeout().toNanos(), 2);
                tell("my writes stall for", nanos);
                me.stalled(true);
                network.at(network.nanos() + nanos, () -> me.stalled(false));
            }
            default -> {
                long nanos = upTo(deadline, 2);
                tell("the peer doesn't read for", nanos);
                peer.reading(false);
                network.at(network.nanos() + nanos, () -> peer.reading(true));
            }
        }
    }

    private void send(VirtualEndpoint from, String who) {
        int bytes = 1 + (chance(2) ? random.nextInt(1000) : random.nextInt(2_000_000));
        tell(who + " send", bytes);
        from.send(bytes);
    }

    private void tell(String what, long... number) {
        story.add(network.elapsed() + " " + what + (number.length == 0 ? "" : " " + number[0]));
    }

    // ---- the model

    private List<String> promises() {
        List<String> broken = new ArrayList<>();
        me.loss().ifPresentOrElse(loss -> noFalseLoss(loss, broken), () -> noMissedLoss(broken));
        if (!me.everWaited() && me.loss().isEmpty()) {
            long most = config.beatInterval().toNanos() + me.latestTickNanos();
            if (me.longestSendGapNanos() > most) {
                broken.add("nothing sent for " + me.longestSendGapNanos() + ", at most " + most);
            }
        }
        return broken;
    }

    private void noFalseLoss(ConnectionLoss loss, List<String> broken) {
        long at = me.lostNanos().orElseThrow();
        long late = me.latestTickNanos();
        switch (loss.cause()) {
            case HEARTBEAT_TIMEOUT -> {
                if (kind == Kind.ALIVE) {
                    broken.add("the peer was alive: " + loss);
                }
                // Whatever pauses there were: the kernel had nothing for as long as all questions may take.
                long fatal = config.maxMissedPongs() * config.pongTimeout().toNanos();
                atLeast("silent when it last could read", me.silentAtChanceNanos(), fatal, broken);
                // Without pauses nearly a whole pingIdle before as well: less its jitter, and what a look is early by.
                long look = Math.min(pingIdle, config.beatInterval().toNanos()) / 2;
                long ask = pingIdle - pingIdle * config.jitterPercent() / 100 - look - late;
                atLeast("silent", at - me.arrivedNanos(), me.unreadBytes() > 0 ? 0 : ask + fatal, broken);
                if (!me.heartbeat().peerSupportsHeartbeats()) {
                    broken.add("the peer was not proven");
                }
            }
            case WRITE_STALLED ->
                atLeast(
                        "standing",
                        at - me.standingSinceNanos(),
                        config.writeStallTimeout().toNanos(),
                        broken);
            case READ_PAUSED -> {
                if (kind != Kind.ANYTHING) {
                    broken.add("it read again in time: " + loss);
                }
                atLeast(
                        "unread",
                        at - me.tickReadingNanos(),
                        config.readPauseTimeout().toNanos(),
                        broken);
            }
            default -> broken.add("not expected: " + loss);
        }
    }

    private static void atLeast(String what, long nanos, long least, List<String> broken) {
        if (nanos < least) {
            broken.add(what + " for " + nanos + " only, at least " + least);
        }
    }

    private void noMissedLoss(List<String> broken) {
        long tick = config.tick().toNanos();
        // What is late is so by the latest timer; one that is due but stopped now has not been counted.
        long late = Math.max(me.latestTickNanos(), 0);
        long look = Math.min(pingIdle, config.beatInterval().toNanos()) / 2 + late;
        long credit = late > tick ? config.localPauseAllowance().toNanos() : 0;
        long now = network.nanos();
        if (!readingAtEnd) {
            long bound = Math.max(me.readNanos(), me.tickReadingNanos())
                    + look * 2
                    + config.readPauseTimeout().toNanos()
                    + me.lateTicksNanos()
                    + credit
                    + tick
                    + 2 * late;
            atMost("not reading, and not given up", now, bound, broken);
            return;
        }
        long standing = me.isWriting()
                ? me.standingSinceNanos()
                        + look
                        + config.writeStallTimeout().toNanos()
                        + 2 * tick
                        + 2 * credit
                        + 4 * late
                : Long.MIN_VALUE;
        if (me.isWriting()) {
            atMost("standing, and not given up", now, standing, broken);
            return;
        }
        if (me.heartbeat().peerSupportsHeartbeats()) {
            long cantTell = config.maxMissedPongs() * (tick + late);
            long bound = Math.max(me.readNanos(), readingSince > 0 ? readingSince + look : 0)
                    + deadline
                    + credit
                    + (config.maxMissedPongs() + 3) * late
                    + cantTell
                    + me.pingWaitNanos();
            atMost("silent, and not given up", now, bound, broken);
        }
    }

    private static void atMost(String what, long now, long bound, List<String> broken) {
        if (now > bound) {
            broken.add(what + " at " + now + ", at most " + bound);
        }
    }

    String outcome() {
        return me.loss().map(loss -> loss.cause().name()).orElse("nothing");
    }

    @Override
    public String toString() {
        return kind + " " + seed + " [" + config + " | peer " + peerConfig + "] " + story + " " + me + " | " + peer
                + " at " + network.elapsed() + " " + me.loss() + " " + peer.loss();
    }
}
