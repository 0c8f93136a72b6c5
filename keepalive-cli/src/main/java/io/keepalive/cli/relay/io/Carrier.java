package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.Pair;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** Carries the bytes of connections as their {@link Pair} decides: reads, writes, shuts outputs. Used by one loop. */
final class Carrier {
    /** Returned instead of a number of bytes when the leg has failed and the connection has ended. */
    private static final int FAILED = -2;

    /** Reads from one side before the others have their turn. */
    private static final int PASSES = 4;

    private final Counters counters;
    private final Buffers buffers;
    private final UnreadLegs unread;

    Carrier(Counters counters, Buffers buffers, UnreadLegs unread) {
        this.counters = counters;
        this.buffers = buffers;
        this.unread = unread;
    }

    /** Writes what waits for an end; when all of it is gone, reads on at once. */
    void flush(End to) {
        try {
            to.leg().flush();
        } catch (IOException e) {
            failed(to, e);
            return;
        }
        ByteBuffer rest = to.rest;
        if (rest == null || write(to, rest) == FAILED || rest.hasRemaining()) {
            return;
        }
        to.rest = null;
        buffers.release(rest);
        transfer(to.other());
    }

    /** Reads from an end and writes to the other one, as long as there is something and it is taken. */
    void transfer(End from) {
        Pair pair = from.connection.pair;
        End to = from.other();
        for (int pass = 0; pair.reads(from.side) && (pass < PASSES || isAhead(from)); pass++) {
            ByteBuffer buffer = buffers.shared();
            int room = buffer.remaining();
            int count = read(from, buffer);
            if (count == FAILED || (count == 0 && !from.leg().hasBuffered())) {
                return;
            }
            if (count == 0) {
                continue; // beats
            }
            if (count < 0) {
                pair.onFin(from.side, System.nanoTime());
                return;
            }
            pair.onRead(from.side, count, System.nanoTime());
            counters.read(from.side, count);
            buffer.flip();
            if (write(to, buffer) == FAILED) {
                return;
            }
            if (buffer.hasRemaining()) {
                to.rest = buffers.keepRest();
                return;
            }
            if (count < room && !isAhead(from)) {
                return; // the kernel had no more
            }
        }
    }

    /** Whether the leg has something that the selector does not know of. */
    private static boolean isAhead(End from) {
        return from.leg().isInputEnded() || from.leg().hasBuffered();
    }

    private int read(End from, ByteBuffer buffer) {
        try {
            return from.leg().read(buffer);
        } catch (IOException e) {
            failed(from, e);
            return FAILED;
        }
    }

    private int write(End to, ByteBuffer buffer) {
        try {
            int count = to.leg().write(buffer);
            to.connection.pair.onWritten(to.side, count);
            return count;
        } catch (IOException e) {
            lastWords(to);
            failed(to, e);
            return FAILED;
        }
    }

    /** What a peer sent before it reset the connection is still in the kernel: pass it on as far as it is taken. */
    private void lastWords(End failed) {
        Pair pair = failed.connection.pair;
        End to = failed.other();
        if (!pair.reads(failed.side)) {
            return;
        }
        try {
            ByteBuffer buffer = ByteBuffer.allocate(Buffers.SCARCE);
            int count = failed.leg().read(buffer);
            while (count > 0) {
                pair.onRead(failed.side, count, System.nanoTime());
                counters.read(failed.side, count);
                buffer.flip();
                pair.onWritten(to.side, to.leg().write(buffer));
                if (buffer.hasRemaining()) {
                    return;
                }
                count = failed.leg().read(buffer.clear());
            }
        } catch (IOException e) {
            // The first failure is the one that counts.
            return;
        }
    }

    /** A call on a leg failed. */
    void failed(End end, IOException e) {
        Pair pair = end.connection.pair;
        if (pair.verdict() != null) {
            return;
        }
        pair.onFailure(end.side);
        if (pair.verdict() != null) {
            end.connection.loss = e instanceof ConnectionLostException lost
                    ? lost.loss()
                    : ConnectionLoss.of(e, end.leg().channel())
                            .orElseGet(() -> new ConnectionLoss(
                                    LossCause.UNKNOWN, Confidence.LOW, String.valueOf(e.getMessage())));
        }
    }

    /** Reads a leg that has an error pending until the error shows; its connection is over, so the bytes are too. */
    void leadToError(End end) {
        ByteBuffer scratch = buffers.shared();
        try {
            for (int i = 0; i < 64 && end.leg().channel().read(scratch.clear()) > 0; i++) {
                // discarded
            }
            failed(end, new IOException("an error is pending on a leg that was not read"));
        } catch (IOException e) {
            failed(end, e);
        }
    }

    /**
     * Does what the pair says after an event: passes on a FIN, asks the selector for what to read and write.
     *
     * @return whether the connection has ended
     */
    boolean settle(Connection connection) {
        shut(connection.client);
        shut(connection.target);
        if (connection.pair.verdict() != null) {
            return true;
        }
        watch(connection.client);
        watch(connection.target);
        return false;
    }

    private void shut(End to) {
        Pair pair = to.connection.pair;
        if (pair.shuts(to.side)) {
            try {
                if ((pair.endsWithShut(to.side) && to.leg().closeShutsOutput())
                        || to.leg().shutOutput()) {
                    pair.onShut(to.side);
                }
            } catch (IOException e) {
                failed(to, e);
            }
        }
    }

    private void watch(End end) {
        Pair pair = end.connection.pair;
        SelectionKey key = end.key;
        if (key != null && key.isValid()) { // a leg that has ended may be closed while the other one still writes
            int wanted = key.interestOps();
            int ops = (pair.reads(end.side) ? SelectionKey.OP_READ : 0) | writeInterest(end, wanted);
            if (wanted != ops) {
                key.interestOps(ops);
            }
        }
        unread.update(end, pair.isUnread(end.side));
    }

    private static int writeInterest(End end, int wanted) {
        if (end.leg().switchesWriteInterest()) {
            return wanted & SelectionKey.OP_WRITE;
        }
        Pair pair = end.connection.pair;
        return pair.writes(end.side) || pair.shuts(end.side) ? SelectionKey.OP_WRITE : 0;
    }

    /** Gives back what a connection that has ended still holds. */
    void release(Connection connection) {
        release(connection.client);
        release(connection.target);
    }

    private void release(End end) {
        @Nullable ByteBuffer rest = end.rest;
        if (rest != null) {
            end.rest = null;
            buffers.release(rest);
        }
    }
}
