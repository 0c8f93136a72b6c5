package io.keepalive.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel says about one connection, seen from outside the program. */
final class Ss {
    /** "46sec", "1min50sec", "2min", "700ms"; and "1.700ms", which is 1.7 seconds. */
    private static final Pattern TIMER =
            Pattern.compile("timer:\\(keepalive,(?:(\\d+)min)?(?:([\\d.]+)(ms|sec))?,\\d+\\)");

    private Ss() {}

    /** The line of the connection that has this local port. */
    static String line(int localPort) throws IOException, InterruptedException {
        Process ss = new ProcessBuilder(
                        ServerProgram.SS.path().toString(), "-tnoH", "state", "established", "sport = :" + localPort)
                .redirectErrorStream(true)
                .start();
        String output = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (ss.waitFor() != 0 || output.isEmpty() || output.contains("\n")) {
            throw new IOException("expected one connection from port " + localPort + ", ss printed: " + output);
        }
        return output.replaceAll("\\s+", " ");
    }

    /** In how many seconds the first probe is due; -1 if no keepalive timer runs. */
    static double secondsToProbe(String line) {
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
