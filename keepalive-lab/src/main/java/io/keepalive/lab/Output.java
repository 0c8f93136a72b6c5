package io.keepalive.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The lines a process has printed, collected by a daemon thread. Thread-safe. */
final class Output {
    private final List<String> lines = new ArrayList<>();
    private int awaited;
    private boolean ended;

    private Output() {}

    static Output of(InputStream stream, String name) {
        Output output = new Output();
        Thread reader = new Thread(() -> output.readAll(stream), "lab output of " + name);
        reader.setDaemon(true);
        reader.start();
        return output;
    }

    private void readAll(InputStream stream) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, Charset.defaultCharset()))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            // Java closes the stream of a process that was destroyed: what was printed until then is all there is.
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    synchronized boolean ended() {
        return ended;
    }

    /** The next matching line behind the one found last; empty when the time is over or the output has ended. */
    synchronized Optional<String> await(Predicate<? super String> wanted, Duration limit) throws InterruptedException {
        Deadline deadline = Deadline.in(limit);
        for (int next = awaited; ; next++) {
            while (next == lines.size()) {
                long leftMillis = deadline.leftMillis();
                if (ended || leftMillis == 0) {
                    return Optional.empty();
                }
                wait(leftMillis);
            }
            String line = lines.get(next);
            if (wanted.test(line)) {
                awaited = next + 1;
                return Optional.of(line);
            }
        }
    }

    /** Waits until the last line is here. */
    synchronized void awaitEnd(Duration limit) throws InterruptedException {
        Deadline deadline = Deadline.in(limit);
        for (long leftMillis = deadline.leftMillis(); !ended && leftMillis > 0; leftMillis = deadline.leftMillis()) {
            wait(leftMillis);
        }
    }
}
