package io.keepalive.cli.demo;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** TCP sockets as {@code ss -Htno} lists them. */
record SocketTable(List<Entry> entries) {
    private static final Pattern LINE = Pattern.compile(
            "(?<state>\\S+)\\s+\\d+\\s+(?<unacknowledged>\\d+)\\s+\\S+:(?<local>\\d+)\\s+\\S+:(?<peer>\\d+)"
                    + "(\\s+timer:\\((?<timer>\\w+),(?<left>[^,]*),(?<resent>\\d+)\\))?.*");

    /**
     * A socket.
     *
     * @param kernel what its timer is for, in words; may be empty
     */
    record Entry(String state, int localPort, int peerPort, String kernel) {}

    static SocketTable parse(List<String> lines) {
        return new SocketTable(
                lines.stream().map(SocketTable::entry).flatMap(Optional::stream).toList());
    }

    Optional<Entry> from(int localPort) {
        return entries.stream().filter(entry -> entry.localPort == localPort).findFirst();
    }

    Optional<Entry> to(int peerPort) {
        return entries.stream().filter(entry -> entry.peerPort == peerPort).findFirst();
    }

    private static Optional<Entry> entry(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Entry(
                matcher.group("state").equals("ESTAB") ? "ESTABLISHED" : matcher.group("state"),
                Integer.parseInt(matcher.group("local")),
                Integer.parseInt(matcher.group("peer")),
                kernel(matcher)));
    }

    private static String kernel(Matcher socket) {
        if (!socket.group("unacknowledged").equals("0")) {
            String resent = socket.group("resent");
            boolean resends = "on".equals(socket.group("timer")) && !resent.equals("0");
            return socket.group("unacknowledged") + " bytes " + (resends ? "resent " + resent + "x" : "unacknowledged");
        }
        return "keepalive".equals(socket.group("timer")) ? "next probe " + in(socket.group("left")) : "";
    }

    /** ss writes 2920 ms as "2.920ms", whole seconds as "13sec", and nothing for a timer that is late. */
    private static String in(String left) {
        if (left.isEmpty()) {
            return "due";
        }
        boolean belowSecond = left.endsWith("ms") && !left.contains(".");
        return "in " + (belowSecond ? "0" : left.replaceFirst("(\\.\\d+ms|sec)$", "")) + " s";
    }
}
