package io.keepalive.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel says about connections, asked from outside the programs. */
final class Ss {
    private static final long LIMIT_NANOS = 5_000_000_000L;

    /** "46sec", "1min50sec", "2min", "700ms"; and "1.700ms", which is 1.7 seconds. */
    private static final Pattern TIMER =
            Pattern.compile("timer:\\(keepalive,(?:(\\d+)min)?(?:([\\d.]+)(ms|sec))?,\\d+\\).*");

    private Ss() {}

    /** In how many seconds the first probe is due; -1 if no keepalive timer runs. */
    static double secondsToProbe(String timer) {
        Matcher matcher = TIMER.matcher(timer);
        if (!matcher.matches()) {
            return -1;
        }
        double minutes = matcher.group(1) == null ? 0 : Double.parseDouble(matcher.group(1));
        double rest = matcher.group(2) == null ? 0 : Double.parseDouble(matcher.group(2));
        boolean millis = "ms".equals(matcher.group(3)) && !matcher.group(2).contains(".");
        return minutes * 60 + (millis ? rest / 1000 : rest);
    }

    /** The lines of connections that match. */
    static List<String> lines(String... filter) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("ss", "-tnoH", "state", "established"));
        command.addAll(List.of(filter));
        Process ss = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.trim().replaceAll("\\s+", " "))
                .toList();
        if (ss.waitFor() != 0) {
            throw new IOException("ss: " + lines);
        }
        return lines;
    }

    /** The timer of one end of a loopback connection; waits while data is unacknowledged, which hides it. */
    static String timer(int port, int peerPort) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            List<String> lines = lines("sport", "=", ":" + port, "and", "dport", "=", ":" + peerPort);
            if (lines.size() != 1) {
                throw new IOException("expected one connection " + port + " to " + peerPort + ", ss printed: " + lines);
            }
            String line = lines.get(0);
            if (!line.contains("timer:(on,") || System.nanoTime() - start > LIMIT_NANOS) {
                int timer = line.indexOf("timer:");
                return timer < 0 ? "no timer" : line.substring(timer);
            }
            Thread.sleep(20);
        }
    }
}
