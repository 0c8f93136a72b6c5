package io.keepalive.cli.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** One connection of a round: its channel, and the state machine that decides about it. */
final class Member {
    private static final long CONNECT_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** An eighth of a second off does not matter, a longer pause does: TrialConnection is late then. */
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SocketChannel channel;
    private final TrialConnection trial;
    private final Kernel kernel;
    private final PushRequest request;
    private final long startedAt;
    private long nextLook;
    private OptionalLong heard = OptionalLong.empty();

    Member(SocketChannel channel, TrialConnection trial, Kernel kernel, PushRequest request, long now) {
        this.channel = channel;
        this.trial = trial;
        this.kernel = kernel;
        this.request = request;
        this.startedAt = now;
        this.nextLook = now;
    }

    TrialConnection trial() {
        return trial;
    }

    /** Whether the kernel reports what it received. */
    boolean hasProof() {
        return heard.isPresent();
    }

    void onReady(SelectionKey key, ByteBuffer scratch, long now) throws IOException {
        if (key.isConnectable() && channel.finishConnect()) {
            key.interestOps(SelectionKey.OP_READ);
            if (request.isNone()) {
                connected(now);
            } else {
                channel.write(request.bytes());
            }
        }
        if (key.isValid() && key.isReadable()) {
            read(scratch, now);
        }
    }

    private void connected(long now) {
        heard = kernel.heard(channel);
        trial.onConnected(now);
        nextLook = now + LOOK_EVERY_NANOS;
    }

    private void read(ByteBuffer scratch, long now) throws IOException {
        int count;
        do {
            scratch.clear();
            count = channel.read(scratch);
            if (count > 0) {
                onBytes(scratch.flip(), now);
            }
        } while (count > 0);
        if (count < 0) {
            trial.onClosed(now);
        }
    }

    private void onBytes(ByteBuffer bytes, long now) {
        OptionalLong count = kernel.heard(channel);
        heard = count.isPresent() ? count : heard; // these bytes are no second event
        if (request.isNone()) {
            trial.onHeard(now);
        } else if (!trial.isConnected()) {
            if (request.isAccepted(bytes)) {
                trial.onConnected(now);
            } else {
                trial.onVoid();
            }
        } else {
            trial.onTick(Math.max(now, trial.dueNanos())); // what comes is the push, some milliseconds early or late
            trial.onHeard(now);
        }
    }

    /** Looks at the kernel's counters, and sends a probe when it is time. */
    void onTick(long now, boolean refreshed) throws IOException {
        if (!trial.isOpen()) {
            return;
        }
        if (!trial.isConnected()) {
            if (now - startedAt > CONNECT_PATIENCE_NANOS) {
                trial.onVoid();
            }
            return;
        }
        boolean due = now - trial.dueNanos() >= 0;
        if ((due || now - nextLook >= 0) && !refreshed && request.isNone()) {
            if (due) {
                boolean unused = kernel.info(); // from the first probe on, what is heard must not be missed
            }
            nextLook = now + (trial.probes() > 0 ? LOOK_EVERY_NANOS / 5 : LOOK_EVERY_NANOS);
            OptionalLong count = kernel.heard(channel);
            if (heard.isPresent() && count.isPresent() && count.getAsLong() != heard.getAsLong()) {
                trial.onHeard(now);
            }
            heard = count.isPresent() ? count : heard;
        }
        if (trial.isOpen() && trial.onTick(now)) {
            if (refreshed) {
                trial.onHeard(now);
            } else if (request.isNone()) {
                kernel.probe(channel);
                nextLook = now;
            }
        }
    }

    void onFailure(IOException e, long now) {
        Fate fate = trial.isConnected() ? Kernel.fate(e).orElse(Fate.VOID) : Fate.VOID;
        if (fate == Fate.RESET) {
            trial.onReset(now);
        } else if (fate == Fate.SILENT) {
            trial.onUnanswered();
        } else {
            trial.onVoid();
        }
    }

    /** When to look again. */
    long dueNanos() {
        return Math.min(nextLook, trial.dueNanos());
    }

    /** Lets go of the connection when it is decided. */
    void closeIfDecided() {
        if (!trial.isOpen() && channel.isOpen()) {
            close();
        }
    }

    void close() {
        if (trial.result().filter(result -> result.fate() != Fate.SILENT).isPresent()) {
            Channels.close(channel);
        } else {
            Channels.abort(channel);
        }
    }
}
