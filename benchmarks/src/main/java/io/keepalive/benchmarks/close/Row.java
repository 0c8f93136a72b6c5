package io.keepalive.benchmarks.close;

import java.util.Locale;

/**
 * One row of the matrix: who closes, how much was written before, and what the peer does meanwhile.
 *
 * @param stack that writes and closes
 * @param tls whether over TLS
 * @param server whether the closing side accepted the connection
 * @param bytes written before the close
 * @param bytesPerSecond as fast the peer reads; 0 for at full speed
 * @param beatMillis as often the peer beats
 * @param runs connections at the same time
 */
record Row(Stack stack, boolean tls, boolean server, long bytes, long bytesPerSecond, int beatMillis, int runs) {
    static Row parse(String[] words) {
        return new Row(
                Stack.valueOf(words[0]),
                Boolean.parseBoolean(words[1]),
                Boolean.parseBoolean(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Integer.parseInt(words[5]),
                Integer.parseInt(words[6]));
    }

    /** Whether the peer reads for minutes. */
    boolean isSlow() {
        return bytesPerSecond > 0 && bytes / bytesPerSecond > 60;
    }

    String[] words() {
        return new String[] {
            stack.name(),
            String.valueOf(tls),
            String.valueOf(server),
            String.valueOf(bytes),
            String.valueOf(bytesPerSecond),
            String.valueOf(beatMillis),
            String.valueOf(runs)
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-18s %-5s %-6s %9d B  %9s  beats %4d ms",
                stack,
                tls ? "TLS" : "plain",
                server ? "server" : "client",
                bytes,
                bytesPerSecond == 0 ? "full" : bytesPerSecond / 1000 + " kB/s",
                beatMillis);
    }
}
