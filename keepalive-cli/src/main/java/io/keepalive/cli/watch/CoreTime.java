package io.keepalive.cli.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long the calling thread has run on a core; a clock on the wall would count other programs, too. */
final class CoreTime {
    private static final Path FILE = Path.of("/proc/thread-self/schedstat");

    private CoreTime() {}

    /** In nanoseconds since the thread began; 0 if this kernel does not report it. */
    static long nanos() {
        try {
            return parse(Files.readString(FILE, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return 0;
        }
    }

    /** The first of three numbers (Documentation/scheduler/sched-stats.rst). */
    static long parse(String line) {
        int end = line.indexOf(' ');
        try {
            return end < 0 ? 0 : Long.parseLong(line.substring(0, end));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
