package io.keepalive.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel says about one connection, seen from outside the program. */
public final class Ss {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** "46sec", "1min50sec", "2min", "700ms"; and "1.700ms", which is 1.7 seconds. */
    private static final Pattern TIMER =
            Pattern.compile("timer:\\(keepalive,(?:(\\d+)min)?(?:([\\d.]+)(ms|sec))?,\\d+\\)");

    private Ss() {}

    /**
     * The line of the one established connection that matches. Waits while its last segment is not acknowledged: the
     * kernel keeps one timer at a time.
     */
    public static String line(String filter) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        while (true) {
            Process ss = new ProcessBuilder(ServerProgram.SS.path().toString(), "-tnoH", "state", "established", filter)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            if (ss.waitFor() != 0 || output.isEmpty() || output.contains("\n")) {
                throw new IOException("expected one connection with " + filter + ", ss printed: " + output);
            }
            if (!output.contains("timer:(on,") || System.nanoTime() - startNanos > LIMIT_NANOS) {
                return output.replaceAll("\\s+", " ");
            }
            Thread.sleep(20);
        }
    }

    /** The line of one end of a loopback connection. Other connections may have one of the ports, too. */
    public static String line(int port, int peerPort) throws IOException, InterruptedException {
        return line("sport = :" + port + " and dport = :" + peerPort);
    }

    /** The timer of one end of a loopback connection, or "no timer". */
    public static String timer(int port, int peerPort) throws IOException, InterruptedException {
        String line = line(port, peerPort);
        int timer = line.indexOf("timer:");
        return timer < 0 ? "no timer" : line.substring(timer);
    }

    /** In how many seconds the first probe is due; -1 if no keepalive timer runs. */
    public static double secondsToProbe(String line) {
        Matcher timer = TIMER.matcher(line);
        if (!timer.find()) {
            return -1;
        }
        double minutes = timer.group(1) == null ? 0 : Double.parseDouble(timer.group(1));
        double rest = timer.group(2) == null ? 0 : Double.parseDouble(timer.group(2));
        boolean millis = "ms".equals(timer.group(3)) && !timer.group(2).contains(".");
        return minutes * 60 + (millis ? rest / 1000 : rest);
    }
}
