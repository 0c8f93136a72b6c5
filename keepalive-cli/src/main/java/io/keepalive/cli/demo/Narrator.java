package io.keepalive.cli.demo;

import io.keepalive.KeepAlive;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The words of the story; ASCII, at most 79 columns. */
record Narrator(Box box, Duration idleTimeout) {

    /** Azure's load balancer, the box that most readers have: it forgets after 4 minutes. */
    private static final String REAL_POLICY = "outliving=4m";

    /** What is about to be shown. */
    List<String> prologue() {
        String limit = seconds(idleTimeout);
        return switch (box) {
            case NAT ->
                List.of(
                        "Two connections to a server through a NAT that forgets after " + limit + " of silence.",
                        "(" + limit + " stand for the 4 minutes of Azure's load balancer.)",
                        "",
                        "  plain  a socket as every program opens it",
                        "  kept   the same with TCP keepalive: outliving=" + idleTimeout.toSeconds() + "s, which is",
                        "         " + KeepAlive.outliving(idleTimeout));
            case NAT_AND_RELAY ->
                List.of(
                        "A client and a server that nobody can change, and a NAT that forgets after " + limit,
                        "of silence. (" + limit + " stand for the 4 minutes of Azure's load balancer.)",
                        "",
                        "  plain  the client connects to the server",
                        "  kept   the same client connects to a relay on its own machine, which was",
                        "         started by   keepalive relay --listen 7000 --to SERVER:7000",
                        "         --policy outliving=" + idleTimeout.toSeconds() + "s");
            case PROXY ->
                List.of(
                        "Two connections to a server through a proxy that forgets after " + limit + " of silence.",
                        "",
                        "  plain  a socket as every program opens it",
                        "  kept   the same, but its program sends a heartbeat, an empty line, every "
                                + seconds(StandInStage.beatInterval(idleTimeout)),
                        "",
                        "Left out: TCP keepalive through a NAT. A proxy ends TCP on both sides, as a",
                        "layer-7 load balancer does: its kernel answers keepalive probes, and the proxy",
                        "never sees them. Only payload keeps a connection known to it.");
        };
    }

    /** An event on one line or more. */
    List<String> tell(Event event) {
        String who = String.format(
                Locale.ROOT,
                "%6.1f s  %-6s ",
                event.at().toMillis() / 1000.0,
                event.side().word());
        List<String> what = words(event);
        String indent = " ".repeat(who.length());
        return IntStream.range(0, what.size())
                .mapToObj(line -> (line == 0 ? who : indent) + what.get(line))
                .toList();
    }

    private List<String> words(Event event) {
        if (event instanceof Event.Refreshed refreshed) {
            return List.of(box.refresh() + " " + refreshed.number() + ": good for another " + seconds(idleTimeout));
        } else if (event instanceof Event.Forgotten) {
            return List.of("FORGOTTEN: the " + box.word() + " has dropped it, and told neither end");
        } else if (event instanceof Event.Wrote wrote) {
            return List.of("writes a line, after " + seconds(wrote.at()) + " of idleness: the kernel says OK");
        } else if (event instanceof Event.Unanswered unanswered) {
            return unanswered(unanswered);
        } else if (event instanceof Event.Answered answered) {
            return List.of(String.format(
                    Locale.ROOT, "ANSWERED in %.1f ms", answered.roundTrip().toNanos() / 1e6));
        } else {
            return List.of("LOST: " + ((Event.Lost) event).why());
        }
    }

    private static List<String> unanswered(Event.Unanswered event) {
        Facts.Connection seen = event.seen();
        String arrived = seen.arrived() == 0 ? "the server got nothing" : "though the server got it";
        String both = seen.clientSocket().equals(seen.serverSocket())
                ? "both ends' sockets: still " + seen.clientSocket()
                : "client's socket: " + seen.clientSocket() + ", server's: " + seen.serverSocket();
        return List.of(
                "VANISHED: no answer for " + seconds(event.waited()) + ", no error, " + arrived,
                seen.kernel().isEmpty() ? both : both + "; " + seen.kernel());
    }

    /** What to watch now. */
    String caption(Scene scene) {
        Scene.View plain = scene.views().plain();
        if (scene.isOver()) {
            return "";
        } else if (plain.unanswered()) {
            return "The kept one stays idle until " + seconds(idleTimeout.multipliedBy(5))
                    + ", five times the limit. Then it writes.";
        } else if (plain.act() != Scene.Act.IDLE) {
            return "The plain one has written a line. The kernel said OK. Where is the answer?";
        } else if (plain.forgotten()) {
            return "The " + box.word() + " has forgotten the plain one. Neither client nor server can know.";
        } else {
            return "Both are idle. Watch the " + box.word() + "'s memory of them.";
        }
    }

    /** What happened, in three sentences, and what to take home. */
    List<String> epilogue() {
        String limit = seconds(idleTimeout);
        List<String> story = switch (box) {
            case NAT ->
                List.of(
                        "WHAT HAPPENED",
                        "The NAT forgot the plain connection after " + limit + " of silence and told neither end.",
                        "Its next write went out with the kernel's OK and vanished; by default, Linux",
                        "retries for about 15 minutes before the program gets an error.",
                        "The kept one's program was as idle, but its kernel sent an empty probe after",
                        seconds(KeepAlive.outliving(idleTimeout).idle().orElseThrow())
                                + " of silence, again and again, and each started the NAT's clock anew.");
            case NAT_AND_RELAY ->
                List.of(
                        "WHAT HAPPENED",
                        "The NAT forgot the plain connection after " + limit + " of silence and told neither end.",
                        "Its next write went out with the kernel's OK and vanished.",
                        "The other connection went through the relay. Client and server were as idle and",
                        "know nothing of keepalive; the relay's kernel sent an empty probe after "
                                + seconds(
                                        KeepAlive.outliving(idleTimeout).idle().orElseThrow()),
                        "of silence, again and again, and each started the NAT's clock anew.");
            case PROXY ->
                List.of(
                        "WHAT HAPPENED",
                        "The proxy forgot the plain connection after " + limit + " of silence and told neither",
                        "end. Its next write went out with the kernel's OK, the proxy took it, and it",
                        "vanished. The kept one's program sent a heartbeat every "
                                + seconds(StandInStage.beatInterval(idleTimeout)) + ",",
                        "and each started the proxy's clock anew.",
                        "",
                        "To see TCP keepalive do it through a real NAT: ./keepalive demo on Linux,",
                        "as root or where users may make namespaces.");
        };
        if (box == Box.NAT_AND_RELAY) {
            return Stream.concat(story.stream(), relay().stream()).toList();
        }
        List<String> policy = List.of(
                "",
                "FOR YOUR BOX, if it is Azure's load balancer or another NAT with 4 minutes",
                policyText(),
                "  Java   KeepAlive policy = KeepAlive.outliving(Duration.ofMinutes(4));",
                "         SocketKeeper keeper = SocketKeeper.of(policy);",
                "         Socket socket = keeper.client().connect(\"your.server\", 7000);",
                "         // or, for a socket that you have already: keeper.keep(socket);",
                "",
                "Not your code, not Java, not a NAT? Which fix is yours: docs/which-fix.md");
        return Stream.concat(story.stream(), policy.stream()).toList();
    }

    private static List<String> relay() {
        return List.of(
                "",
                "FOR YOUR BOX, if it is Azure's load balancer or another NAT with 4 minutes",
                "  Linux, macOS   ./keepalive relay --listen 7000 --to your.server:7000",
                "  Windows        keepalive.cmd relay --listen 7000 --to your.server:7000",
                "Then let your client connect to localhost port 7000. The relay's TCP keepalive,",
                "unless you give it another --policy (docs/relay.md):",
                policyText());
    }

    private static String policyText() {
        return "  text   " + REAL_POLICY + "   (" + KeepAlive.parse(REAL_POLICY) + ")";
    }

    /** What did not go as told. */
    List<String> otherwise(List<String> differences) {
        return Stream.concat(
                        Stream.of("THIS TIME IT WENT OTHERWISE"),
                        differences.stream().map(difference -> "  " + difference))
                .toList();
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
