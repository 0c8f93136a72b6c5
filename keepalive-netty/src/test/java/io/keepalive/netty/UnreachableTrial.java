package io.keepalive.netty;

import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.testing.FailureTable;
import io.keepalive.testing.TestCertificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/** Connections of every kind between the client and the server of a lab, the ways between which are broken one by one. */
final class UnreachableTrial {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final NatLab lab;
    private final String address;
    private final FailureTable table;

    private UnreachableTrial(NatLab lab, String address, FailureTable table) {
        this.lab = lab;
        this.address = address;
        this.table = table;
    }

    /**
     * Starts the server. Data and attempts to connect are given up after seconds.
     *
     * @param address the server's
     */
    static UnreachableTrial start(NatLab lab, String address, FailureTable table) {
        LabProcess server = lab.server()
                .javaCommand(UnreachableProgram.class, "server")
                .options(TestCertificate.ofThisJvm().option())
                .start();
        server.awaitLine("listening"::equals, LIMIT);
        run(lab.client(), "cd /proc/sys/net/ipv4 && echo 3 > tcp_retries2 && echo 1 > tcp_syn_retries");
        return new UnreachableTrial(lab, address, table);
    }

    /** The causes that are true. */
    interface Right {
        Set<String> of(int number, String call);
    }

    /**
     * Opens connections, breaks what they go through, and takes in what becomes of them and of later attempts to connect.
     *
     * @param cases how many ports are used, from {@link UnreachableProgram#FIRST_PORT} on
     */
    void fail(int cases, IntFunction<String> name, Right right, Runnable breaking) {
        LabProcess client = lab.client()
                .javaCommand(UnreachableProgram.class, "client", address, String.valueOf(cases))
                .options(TestCertificate.ofThisJvm().option())
                .start();
        client.awaitLine("ready"::equals, LIMIT);
        breaking.run();
        client.writeLine("broken");
        client.awaitLine("done"::equals, LIMIT);
        for (String line : client.lines()) {
            String[] words = line.split("\t", -1);
            if (words[0].equals("row")) {
                int number = Integer.parseInt(words[1]);
                String call = words[3];
                table.add(
                        name.apply(number),
                        words[2],
                        call,
                        right.of(number, call),
                        words[4],
                        words[5].equals("HIGH"),
                        words[6]);
            } else if (!line.equals("ready") && !line.equals("done")) {
                System.out.println(line);
            }
        }
    }

    /** Runs a script of the shell there, and returns what it printed. */
    static List<String> run(Host host, String script) {
        return host.command("sh", "-c", script).run().orThrow().lines();
    }

    /** The packets of a case, for a rule of nft. */
    static String ports(int number) {
        int port = UnreachableProgram.FIRST_PORT + number;
        return "tcp dport '{ " + port + ", " + (port + UnreachableProgram.TLS) + " }'";
    }
}
