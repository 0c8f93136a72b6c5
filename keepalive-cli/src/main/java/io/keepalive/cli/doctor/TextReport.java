package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.NamespaceSockets;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.output.Colour;
import io.keepalive.cli.output.Table;
import io.keepalive.cli.output.Table.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;

/** What doctor found, for people. */
final class TextReport {
    private static final List<String> HEADINGS =
            List.of("PROGRAM", "STATE", "LOCAL", "REMOTE", "RECV-Q", "SEND-Q", "KEEPALIVE", "SILENT", "VERDICT");

    private final boolean inColour;
    private final List<String> lines = new ArrayList<>();

    private TextReport(boolean inColour) {
        this.inColour = inColour;
    }

    static List<String> of(Examination examination, boolean inColour) {
        TextReport report = new TextReport(inColour);
        report.connections(examination);
        report.listeners(examination.listeners());
        report.settings(examination);
        report.advice(examination);
        report.limitations(examination.limitations());
        return report.lines;
    }

    private void connections(Examination examination) {
        List<Judged> connections = examination.connections();
        lines.add(bold(Words.count(connections.size(), "TCP connection")) + ", judged for "
                + examination.path().text());
        if (connections.isEmpty()) {
            return;
        }
        lines.add("");
        Table table = new Table();
        table.add(HEADINGS.stream().map(text -> Cell.of(text, Colour.DIM)).toList());
        connections.forEach(judged -> table.add(row(judged)));
        lines.addAll(table.lines(inColour));
    }

    private static List<Cell> row(Judged judged) {
        ConnectionFacts facts = judged.facts();
        TcpSocket socket = facts.socket();
        OptionalLong silence = facts.receiveSilenceMillis();
        return List.of(
                Cell.of(program(facts.owner())),
                Cell.of(socket.state().text()),
                Cell.of(judged.local()),
                Cell.of(judged.remote()),
                Cell.number(Long.toString(socket.receiveQueueBytes())),
                Cell.number(Long.toString(socket.sendQueueBytes())),
                Cell.of(keepAlive(facts)),
                Cell.number(silence.isEmpty() ? "" : Words.duration(silence.getAsLong())),
                Cell.of(verdict(judged.diagnosis()), colour(judged.diagnosis().verdict())));
    }

    private static String program(Optional<Owner> owner) {
        return owner.map(found -> found.program() + "/" + found.pid()).orElse("-");
    }

    /** {@code in 1m59s}, {@code 2 unanswered}, {@code on}, {@code off}, or {@code ?} where another timer hides it. */
    private static String keepAlive(ConnectionFacts facts) {
        TcpSocket socket = facts.socket();
        if (socket.hasKeepAliveTimer()) {
            String next = "in " + Words.duration(socket.timerMillis());
            return facts.unansweredProbes() == 0 ? next : facts.unansweredProbes() + " unanswered, " + next;
        }
        return switch (socket.state()) {
            case ESTABLISHED, CLOSE_WAIT ->
                facts.keepAlive().map(on -> on ? "on" : "off").orElse("?");
            default -> "";
        };
    }

    private static String verdict(Diagnosis diagnosis) {
        OptionalLong end = diagnosis.endsInMillis();
        String when = end.isEmpty() || end.getAsLong() == 0 ? "" : " in " + Words.duration(end.getAsLong());
        return diagnosis.verdict().text() + when + ": " + diagnosis.reason();
    }

    private static Colour colour(Verdict verdict) {
        return switch (verdict) {
            case DYING, WILL_BE_DROPPED -> Colour.RED;
            case PEER_CLOSED, STALLED, NOT_KEPT, KEPT_TO_LOCAL_PROXY -> Colour.YELLOW;
            case UNKNOWN, CONNECTING, CLOSING, LOCAL -> Colour.DIM;
            case KEPT -> Colour.GREEN;
        };
    }

    private void listeners(List<ListenerFacts> listeners) {
        if (listeners.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(bold(Words.count(listeners.size(), "listener")));
        Table table = new Table();
        for (ListenerFacts listener : listeners) {
            String children = listener.children() == 0
                    ? ""
                    : " (" + listener.keptChildren() + " of " + listener.children() + " open ones kept)";
            table.add(List.of(
                    Cell.of(program(listener.owner())),
                    Cell.of(listener.local()),
                    Cell.of(listener.heritage().text() + children)));
        }
        lines.addAll(table.lines(inColour));
    }

    /** What the system gives to sockets that choose nothing, and whom it does not reach. */
    private void settings(Examination examination) {
        for (NamespaceSockets namespace : examination.namespaces()) {
            SystemSettings settings = namespace.settings();
            long off = 0;
            long own = 0;
            for (Judged judged : examination.connections()) {
                if (!judged.namespace().equals(namespace)) {
                    continue;
                }
                SocketOptions options = judged.facts().options();
                boolean isOff = !judged.facts().keepAlive().orElse(true);
                off += isOff ? 1 : 0;
                own += !isOff && options != null && options.idleSeconds() != settings.idleSeconds() ? 1 : 0;
            }
            lines.add("");
            lines.add(bold("System settings")
                    + (examination.namespaces().size() == 1
                            ? ""
                            : " of network namespace " + namespace.namespace().label())
                    + ": first probe after " + Words.duration(settings.idleSeconds() * 1000L) + ", then every "
                    + Words.duration(settings.intervalSeconds() * 1000L) + ", " + settings.count()
                    + " in all; unacknowledged data is retransmitted " + settings.retries2() + " times");
            StringJoiner helpless = new StringJoiner(", ", "They can't help ", ".").setEmptyValue("");
            if (off > 0) {
                helpless.add(Words.count(off, "connection") + " without SO_KEEPALIVE");
            }
            if (own > 0) {
                helpless.add(Words.count(own, "connection") + " with an idle time of its own");
            }
            if (helpless.length() > 0) {
                lines.add(helpless.toString());
            }
        }
    }

    private void advice(Examination examination) {
        List<Advice> advice = Advice.of(examination.connections(), examination.path());
        lines.add("");
        if (advice.isEmpty()) {
            lines.add(bold("Nothing to do."));
            return;
        }
        lines.add(bold("What to do"));
        for (Advice each : advice) {
            StringJoiner verdicts = new StringJoiner(", ");
            each.verdicts().forEach((verdict, count) -> verdicts.add(count + " " + verdict.text()));
            lines.add(each.destination() + ": " + Words.count(each.connections(), "connection")
                    + (each.programs().isEmpty() ? "" : " of " + String.join(", ", each.programs()))
                    + ": " + verdicts);
            each.actions().forEach(action -> lines.add("  " + action));
        }
    }

    private void limitations(List<String> limitations) {
        if (limitations.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(bold("Not seen"));
        limitations.forEach(line -> lines.add("  " + line));
    }

    private String bold(String text) {
        return inColour ? Colour.BOLD.of(text) : text;
    }
}
