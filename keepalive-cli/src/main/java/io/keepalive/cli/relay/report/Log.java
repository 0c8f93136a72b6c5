package io.keepalive.cli.relay.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines on a thread of its own, so that a full disk or a reader that stands still never stops the relay. Lines
 * that find the queue full, or that can't be written, are lost; their number is logged when writing works again.
 *
 * <p>The first line after a pause is written at once. Those of the next {@value #GATHER_MILLIS} ms are gathered, so that
 * thousands of connections a second wake this thread, and call the system, some tens of times.
 *
 * <p>Thread-safe.
 */
public final class Log implements AutoCloseable {
    private static final int QUEUE = 8192;
    private static final long STATUS_MILLIS = 1000;
    private static final long GATHER_MILLIS = 20;
    private static final long CLOSE_MILLIS = 2000;
    private static final String ERASE = "\r\033[K";

    private final OutputStream out;
    private final boolean json;
    private final @Nullable Supplier<String> status;
    private final BlockingQueue<LogLine> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread = new Thread(this::run, "relay-log");
    private volatile boolean closing;

    // of the log's thread alone
    private long announced;
    private String why = "";
    private boolean statusShown;

    /**
     * A log that is not started yet.
     *
     * @param out not closed
     * @param json whether to write JSON
     * @param status the text of a status line, redrawn every second on a terminal; null for none
     */
    public Log(OutputStream out, boolean json, @Nullable Supplier<String> status) {
        this.out = out;
        this.json = json;
        this.status = status;
        thread.setDaemon(true);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Logs a line, or counts it as lost. Never blocks. */
    public void add(LogLine line) {
        if (!queue.offer(line)) {
            lost.incrementAndGet();
        }
    }

    /** Logs a sentence about the relay itself. */
    public void notice(String message) {
        add(new Notice(Instant.now(), message));
    }

    /** Number of lines that were lost. */
    public long lostLines() {
        return lost.get();
    }

    private void run() {
        while (true) {
            try {
                LogLine line = queue.poll(closing ? 0 : STATUS_MILLIS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    write(line);
                    gather();
                } else if (closing) {
                    eraseStatus();
                    return;
                } else {
                    showStatus();
                }
            } catch (InterruptedException e) {
                // Only close() interrupts: write what is left.
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    /** After the queue was emptied. A thread that waits in the queue would be woken by each line. */
    private void gather() throws InterruptedException {
        if (!closing && queue.isEmpty()) {
            Thread.sleep(GATHER_MILLIS);
        }
    }

    private void write(LogLine line) {
        try {
            eraseStatus();
            if (lost.get() != announced) {
                long missing = lost.get();
                String reason = why.isEmpty() ? "the log's reader was too slow" : why;
                put(new Notice(Instant.now(), (missing - announced) + " log lines were lost: " + reason));
                announced = missing;
                why = "";
            }
            put(line);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(Exception e) {
        why = String.valueOf(e.getMessage());
        lost.incrementAndGet();
    }

    private void put(LogLine line) throws IOException {
        String text = json ? line.json() : line.text();
        out.write((text + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        if (queue.isEmpty()) {
            out.flush();
        }
    }

    private void showStatus() {
        if (status != null) {
            try {
                out.write((ERASE + status.get()).getBytes(StandardCharsets.UTF_8));
                out.flush();
                statusShown = true;
            } catch (IOException e) {
                why = String.valueOf(e.getMessage()); // a status line is no loss
            }
        }
    }

    private void eraseStatus() {
        if (statusShown) {
            statusShown = false;
            try {
                out.write(ERASE.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
        }
    }

    /** Writes what is queued, for at most two seconds. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
