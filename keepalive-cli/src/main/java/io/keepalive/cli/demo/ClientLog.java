package io.keepalive.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@link EchoClient} has logged about one connection since it fell idle.
 *
 * @param sent lines that the kernel took without an error
 * @param answers lines that came back
 * @param roundTrip of the last answer
 * @param loss the error that ended the connection
 */
record ClientLog(int sent, int answers, Optional<Duration> roundTrip, Optional<String> loss) {

    /** Reads the lines about one connection; its first line and the answer to that are the greeting. */
    static ClientLog of(Side side, List<String> lines) {
        int sent = -1;
        int answers = -1;
        Optional<Duration> roundTrip = Optional.empty();
        Optional<String> loss = Optional.empty();
        for (String line : lines) {
            String[] words = line.split(" ", 3);
            if (words.length < 2 || !words[1].equals(side.word())) {
                continue;
            }
            switch (words[0]) {
                case "sent" -> sent++;
                case "answer" -> {
                    answers++;
                    roundTrip = Optional.of(Duration.ofNanos(Long.parseLong(words[2])));
                }
                case "lost" -> loss = Optional.of(words[2]);
                default -> {
                    // What the stage reads: connected.
                }
            }
        }
        return new ClientLog(sent, answers, roundTrip, loss);
    }

    boolean greeted() {
        return answers >= 0;
    }
}
