package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.Kinds;
import io.keepalive.testing.Ss;
import io.keepalive.testing.TestCertificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The table: a program that knows nothing of keepalive, all kinds of sockets, both ends; without the agent none is kept,
 * with it all are. The kernel is the witness, asked by {@code ss} from outside.
 */
class KindsIT {
    private static final int IDLE_SECONDS = 119;

    private record Row(String kind, String client, String server) {
        /** Both ends: the next probe is due within the policy's idle time. Some clients have a laxer timer of their own. */
        boolean isKept() {
            return isKept(client) && isKept(server);
        }

        private static boolean isKept(String timer) {
            double seconds = Ss.secondsToProbe(timer);
            return seconds > 0 && seconds <= IDLE_SECONDS;
        }

        @Override
        public String toString() {
            return String.format("%-40s %-38s %s", kind, client, server);
        }
    }

    @Test
    void everyKindOfSocket_isKeptWithTheAgent_andNoneWithout() throws Exception {
        String keyStore = TestCertificate.ofThisJvm().option();
        List<Row> without;
        List<Row> with;
        List<String> report;
        String agent = Program.agent("idle=" + IDLE_SECONDS + "s,interval=30s,count=8,user-timeout=auto");
        try (Program plain = Program.start(List.of(keyStore), Kinds.class, "all");
                Program kept = Program.start(List.of(keyStore, agent), Kinds.class, "all")) {
            without = rows("without the agent", plain.awaitReady());
            plain.end();
            with = rows("with the agent", kept.awaitReady());
            assertThat(kept.end()).isZero();
            report = kept.errors();
            report.forEach(System.out::println);
            assertThat(kept.output()).noneMatch(line -> line.contains("keepalive"));
        }

        assertThat(without).hasSizeGreaterThanOrEqualTo(15).noneMatch(Row::isKept);
        // Programs that nobody here can have changed.
        assertThat(with).extracting(Row::kind).contains("Netty-NIO", "Kafka-client", "mssql-jdbc");
        assertThat(with).hasSameSizeAs(without).allMatch(Row::isKept);
        // Every option was read back as wanted, on every socket.
        assertThat(report)
                .filteredOn(line -> line.matches(" +\\d+ x (SO|TCP)_.*"))
                .hasSizeGreaterThanOrEqualTo(5)
                .allMatch(line -> line.endsWith(" APPLIED") || line.endsWith(" UNCHANGED (precedence TIGHTEN)"));
        assertThat(report)
                .anyMatch(line -> line.contains("Socket: the program's SO_KEEPALIVE=off was refused"))
                .noneMatch(line -> line.contains("failures") || line.contains("not kept"));
    }

    private static List<Row> rows(String title, Program program) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String line : program.output()) {
            String[] words = line.split(" ", -1);
            if (words.length == 3) {
                int client = Integer.parseInt(words[1]);
                int server = Integer.parseInt(words[2]);
                rows.add(new Row(words[0], Ss.timer(client, server), Ss.timer(server, client)));
            }
        }
        System.out.println("JDK " + Runtime.version().feature() + ", " + title + ":");
        rows.forEach(System.out::println);
        return rows;
    }
}
