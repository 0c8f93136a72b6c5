package io.keepalive.benchmarks.node;

import io.keepalive.benchmarks.node.NodeEvent.Kind;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of one style: counts them and prints what happens to them. */
final class Connections {
    static final String EVIDENCE = "EVIDENCE";

    private static final Duration UNKNOWN = Duration.ofMillis(-1);

    private final Style style;
    private final boolean isPrinted;
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    private Connections(Style style, boolean isPrinted) {
        this.style = style;
        this.isPrinted = isPrinted;
    }

    static Connections of(Style style) {
        return new Connections(style, true);
    }

    /** Connections of peers that are hostile: what becomes of them is not printed. */
    static Connections ofHostile(Style style) {
        return new Connections(style, false);
    }

    Style style() {
        return style;
    }

    /** Being made, or open. */
    int held() {
        return held.get();
    }

    int open() {
        return open.get();
    }

    /** One more is being made. */
    Connection start() {
        held.incrementAndGet();
        return new Connection();
    }

    private void print(Kind kind, String cause, long silentMillis) {
        if (isPrinted) {
            System.out.println(new NodeEvent(System.nanoTime(), kind, style, cause, silentMillis));
        }
    }

    /** One connection. Its first end counts. */
    final class Connection {
        private boolean isUp;
        private boolean isOver;

        synchronized void up() {
            if (!isUp && !isOver) {
                isUp = true;
                open.incrementAndGet();
                print(Kind.UP, "-", -1);
            }
        }

        void lost(ConnectionLostException lost) {
            lost(lost.loss(), lost.idle().orElse(UNKNOWN));
        }

        void lost(ConnectionLoss loss, Duration silence) {
            if (isPrinted) {
                System.out.println(EVIDENCE + " " + style + " " + loss);
            }
            lost(loss.cause().name(), silence.toMillis());
        }

        void lost(String cause, long silentMillis) {
            end(Kind.LOST, cause, silentMillis);
        }

        void closed() {
            end(Kind.CLOSED, "-", -1);
        }

        private synchronized void end(Kind kind, String cause, long silentMillis) {
            if (isOver) {
                return;
            }
            isOver = true;
            held.decrementAndGet();
            if (isUp) {
                open.decrementAndGet();
            }
            print(isUp ? kind : Kind.FAILED, cause, silentMillis);
        }
    }
}
