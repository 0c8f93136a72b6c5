package io.keepalive.cli.probe;

import io.keepalive.cli.probe.Step.Refreshed;
import io.keepalive.cli.probe.Step.Test;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Carries out one round on fresh connections: the I/O around {@link TrialConnection}. One thread, one selector. */
final class RoundRunner implements AutoCloseable {
    private static final long LOOK_AT_MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long CLOCKS_MAY_DIFFER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A round trip that does not slow probes down: {@link Kernel#pace}. */
    private static final long NEAR_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final long MEASURE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** Unanswered probes of a whole round that prove silence, if no connection of it lived. */
    private static final int PROBES_TOGETHER = 20;

    private static final int PROBES_AT_LEAST = 4;

    /** Unanswered probes of one connection that prove its silence, at 10 % loss each way in all but one of 600,000. */
    private static final int PROBES_ALONE = 10;

    /** The kernel gives up at the next timer after its count of probes; one more for a late one. */
    private static final int PROBES_WITHOUT_PROOF = Kernel.COUNT_WITHOUT_INFO + 1;

    private final InetSocketAddress target;
    private final Kernel kernel;
    private final boolean push;
    private final LongConsumer progress;
    private final Selector selector;
    private final ByteBuffer scratch = ByteBuffer.allocate(8192);
    private long roundTripNanos;
    private volatile boolean stopped;

    /**
     * @param push whether the server is asked to speak after the silence, instead of this side
     * @param progress receives the nanoseconds since the round began
     */
    RoundRunner(InetSocketAddress target, Kernel kernel, boolean push, LongConsumer progress) throws IOException {
        this.target = target;
        this.kernel = kernel;
        this.push = push;
        this.progress = progress;
        this.selector = Selector.open();
    }

    /** Ends the current round without a result; from any thread. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    /**
     * Connects twice: to see that there is a server, and how far it is. The first attempt loads classes, too; where the second
     * looks slow, it may be this machine that is busy, and some more are tried.
     */
    void control() throws IOException {
        long begin = System.nanoTime();
        long shortest = Math.min(connect(), connect());
        while (shortest > NEAR_NANOS && System.nanoTime() - begin < MEASURE_NANOS && !stopped) {
            shortest = Math.min(shortest, connect());
        }
        roundTripNanos = shortest;
    }

    private long connect() throws IOException {
        Control control = new Control();
        long begin = System.nanoTime();
        control.start(selector, target, begin);
        while (!control.hasWorked() && !stopped) {
            select(LOOK_AT_MOST_NANOS, control);
            control.onTick(System.nanoTime());
        }
        return System.nanoTime() - begin;
    }

    /**
     * Runs a round.
     *
     * @return empty if it was stopped
     * @throws NetworkLostException if the deaths of this round prove nothing
     */
    Optional<Round> run(Test test, int votes) throws IOException {
        List<Member> members = new ArrayList<>();
        Control control = new Control();
        long begin = System.nanoTime();
        long wallBegin = System.currentTimeMillis();
        try {
            open(test, votes, members, begin);
            while (members.stream().anyMatch(member -> member.trial().isOpen())
                    || (!control.hasWorked() && anyDied(members))) {
                if (stopped) {
                    return Optional.empty();
                }
                look(test, members, control);
                progress.accept(System.nanoTime() - begin);
            }
            long wallNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - wallBegin);
            if (Math.abs(wallNanos - (System.nanoTime() - begin)) > CLOCKS_MAY_DIFFER_NANOS) {
                throw new NetworkLostException("this machine was suspended, or its clock was set");
            }
            return Optional.of(new Round(
                    test,
                    members.stream()
                            .map(member -> member.trial().result().orElseThrow())
                            .toList()));
        } finally {
            members.forEach(Member::close);
            control.close();
            selector.selectNow(); // forgets the closed ones
        }
    }

    private void open(Test test, int votes, List<Member> members, long now) throws IOException {
        for (int i = 0; i < votes; i++) {
            SocketChannel channel = SocketChannel.open();
            PushRequest request = push ? new PushRequest(test.nanos()) : PushRequest.NONE;
            Member member = new Member(
                    channel, new TrialConnection(test.nanos(), kernel.pace(roundTripNanos)), kernel, request, now);
            members.add(member);
            channel.configureBlocking(false);
            kernel.prepare(channel, test);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, member);
            try {
                channel.connect(target); // on loopback too, OP_CONNECT is reported
            } catch (IOException e) {
                key.cancel();
                member.onFailure(e, now);
            }
        }
    }

    private void look(Test test, List<Member> members, Control control) throws IOException {
        long now = System.nanoTime();
        long wait = LOOK_AT_MOST_NANOS;
        for (Member member : members) {
            if (member.trial().isOpen() && member.trial().isConnected()) {
                wait = Math.min(wait, Math.max(0, member.dueNanos() - now));
            }
        }
        select(wait, control);
        now = System.nanoTime();
        for (Member member : members) {
            try {
                member.onTick(now, test instanceof Refreshed);
            } catch (IOException e) {
                member.onFailure(e, now);
            }
        }
        judgeSilent(members, control, now);
        members.forEach(Member::closeIfDecided);
        control.onTick(now);
    }

    private void select(long waitNanos, Control control) throws IOException {
        // Rounded up: a probe too early would be one at a shorter idle length.
        selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1));
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof Member member) {
                try {
                    member.onReady(key, scratch, now);
                } catch (IOException e) {
                    key.cancel();
                    member.onFailure(e, now);
                }
            } else {
                control.onReady(now);
            }
        }
        selector.selectedKeys().clear();
    }

    /** Connections that were probed in vain: is it them, or the network? */
    private void judgeSilent(List<Member> members, Control control, long now) throws IOException {
        List<Member> silent = members.stream()
                .filter(member -> member.trial().isOpen() && member.trial().probes() > 1)
                .toList();
        if ((!silent.isEmpty() || anyDied(members)) && !control.isStarted()) {
            control.start(selector, target, now);
        }
        boolean alone = members.stream()
                .noneMatch(member ->
                        member.trial().result().filter(r -> !r.fate().isDeath()).isPresent());
        int together =
                silent.stream().mapToInt(member -> member.trial().probes()).sum();
        for (Member member : silent) {
            int probes = member.trial().probes();
            if (push || member.hasProof()) {
                boolean proven = probes > PROBES_ALONE
                        || (alone && !push && probes > PROBES_AT_LEAST && together > PROBES_TOGETHER + silent.size());
                // Two probes after the fresh connection worked: else both were out at the same time.
                if (proven
                        && control.hasWorked()
                        && now - control.workedAtNanos() >= 2 * member.trial().paceNanos()) {
                    member.trial().onUnanswered();
                }
            } else if (probes > PROBES_WITHOUT_PROOF) {
                member.trial().onHeard(now); // the kernel would have given up by now
            }
        }
    }

    private static boolean anyDied(List<Member> members) {
        return members.stream()
                .anyMatch(member ->
                        member.trial().result().filter(r -> r.fate().isDeath()).isPresent());
    }
}
