package io.keepalive.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the router's connection table. */
final class Conntrack {
    /** Both sources print this; each way has its addresses as its sender sees them. */
    private static final Pattern ENTRY = Pattern.compile("\\btcp +6 (?<seconds>\\d+) (?<state>\\w+)"
            + " src=(?<client>\\S+) dst=(?<server>\\S+) sport=(?<clientPort>\\d+) dport=(?<serverPort>\\d+)"
            + " packets=(?<sent>\\d+).*"
            + " src=\\S+ dst=(?<translated>\\S+) sport=\\d+ dport=(?<translatedPort>\\d+)"
            + " packets=(?<received>\\d+)");

    private Conntrack() {}

    static List<ConntrackEntry> read(Path procNet, Host router, Tools tools) {
        Path file = procNet.resolve("nf_conntrack");
        try {
            return parse(Files.readAllLines(file));
        } catch (IOException e) {
            // A kernel without CONFIG_NF_CONNTRACK_PROCFS.
        }
        tools.require("conntrack");
        return parse(
                router.command("conntrack", "-L", "-p", "tcp").run().orThrow().lines());
    }

    static List<ConntrackEntry> parse(List<String> lines) {
        return lines.stream().map(Conntrack::parse).flatMap(Optional::stream).toList();
    }

    private static Optional<ConntrackEntry> parse(String line) {
        Matcher entry = ENTRY.matcher(line);
        if (!entry.find()) {
            return Optional.empty();
        }
        return Optional.of(new ConntrackEntry(
                entry.group("state"),
                Duration.ofSeconds(Long.parseLong(entry.group("seconds"))),
                address(entry.group("client"), entry.group("clientPort")),
                address(entry.group("translated"), entry.group("translatedPort")),
                address(entry.group("server"), entry.group("serverPort")),
                Long.parseLong(entry.group("sent")),
                Long.parseLong(entry.group("received"))));
    }

    /** Literal addresses only: nothing is looked up. */
    private static InetSocketAddress address(String address, String port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), Integer.parseInt(port));
        } catch (UnknownHostException e) {
            throw new LabException("no address: " + address, e);
        }
    }
}
