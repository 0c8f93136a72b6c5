package io.keepalive.cli.keep;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.keepalive.cli.keep.KeepResult.Outcome;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.output.Colour;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What came of the connections of a scan, as text and as JSON. Pure. */
final class KeepReport {
    private KeepReport() {}

    /** Lines by outcome; connections of one program to one destination with the same change share a line. */
    static List<String> text(List<KeepResult> results, boolean inColour) {
        Map<Outcome, Map<String, Integer>> groups = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            groups.put(outcome, new LinkedHashMap<>());
        }
        Map<String, Integer> refusals = new LinkedHashMap<>();
        for (KeepResult result : results) {
            Refusal refusal = result.refusal();
            if (refusal != null) {
                refusals.merge(refusal.text(), 1, Integer::sum);
            } else {
                groups.getOrDefault(result.outcome(), new LinkedHashMap<>())
                        .merge(holder(result) + ": " + change(result), 1, Integer::sum);
            }
        }
        List<String> lines = new ArrayList<>();
        groups.forEach((outcome, group) -> {
            int total = group.values().stream().mapToInt(Integer::intValue).sum();
            if (total > 0) {
                lines.add(heading(outcome, total, inColour));
                group.forEach((text, count) -> lines.add("  " + count + "  " + text));
            }
        });
        refusals.forEach((cause, count) -> lines.add(
                (inColour ? Colour.RED.of("not kept") : "not kept") + " " + connections(count) + ": " + cause));
        return lines;
    }

    private static String heading(Outcome outcome, int total, boolean inColour) {
        String text = outcome.text();
        if (inColour) {
            text = switch (outcome) {
                case KEPT, RESTORED -> Colour.GREEN.of(text);
                case REJECTED -> Colour.RED.of(text);
                default -> Colour.BOLD.of(text);
            };
        }
        return text + " " + connections(total);
    }

    private static String connections(int count) {
        return count + (count == 1 ? " connection" : " connections");
    }

    private static String holder(KeepResult result) {
        Owner owner = result.target().owner();
        return (owner == null ? "?" : owner.program() + "/" + owner.pid()) + " to "
                + result.target().socket().remote().unmapped();
    }

    /** {@code keepalive off to on, idle 7200s to 120s; count 5 stays: stricter already}. */
    private static String change(KeepResult result) {
        SocketOptions before = result.before();
        SocketOptions after = result.after();
        if (before == null || after == null) {
            return "";
        }
        StringJoiner changes = new StringJoiner(", ");
        for (PolicyOption option : PolicyOption.values()) {
            if (option.of(before) != option.of(after)) {
                changes.add(option.key() + " " + option.format(option.of(before)) + " to "
                        + option.format(option.of(after)));
            }
        }
        if (changes.length() == 0) {
            changes.add(after.keepAlive() ? "keepalive on, " + values(after) : "keepalive off");
        }
        StringJoiner text = new StringJoiner("; ").add(changes.toString());
        result.unchanged()
                .forEach((option, reason) ->
                        text.add(option.key() + " " + option.format(option.of(after)) + " stays: " + reason));
        return text.toString();
    }

    private static String values(SocketOptions options) {
        StringJoiner values = new StringJoiner(", ");
        for (PolicyOption option : PolicyOption.values()) {
            if (option != PolicyOption.KEEPALIVE
                    && (option != PolicyOption.USER_TIMEOUT || options.userTimeoutMillis() != 0)) {
                values.add(option.key() + " " + option.format(option.of(options)));
            }
        }
        return values.toString();
    }

    /** One object for a scan; the names are documented in docs/keep.md. */
    static JsonObject json(List<KeepResult> results) {
        JsonArray connections = new JsonArray();
        Map<String, Integer> refusals = new LinkedHashMap<>();
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        for (KeepResult result : results) {
            connections.add(connection(result));
            outcomes.merge(result.outcome().text(), 1, Integer::sum);
            Refusal refusal = result.refusal();
            if (refusal != null) {
                refusals.merge(refusal.text(), 1, Integer::sum);
            }
        }
        JsonArray causes = new JsonArray();
        refusals.forEach((cause, count) -> {
            JsonObject each = new JsonObject();
            each.addProperty("cause", cause);
            each.addProperty("connections", count);
            causes.add(each);
        });
        JsonObject totals = new JsonObject();
        outcomes.forEach(totals::addProperty);
        JsonObject json = new JsonObject();
        json.add("connections", connections);
        json.add("outcomes", totals);
        json.add("refusals", causes);
        return json;
    }

    private static JsonObject connection(KeepResult result) {
        TcpSocket socket = result.target().socket();
        Owner owner = result.target().owner();
        JsonObject json = new JsonObject();
        json.addProperty("local", socket.local().toString());
        json.addProperty("remote", socket.remote().toString());
        json.addProperty("pid", owner == null ? null : owner.pid());
        json.addProperty("program", owner == null ? null : owner.program());
        json.addProperty("namespace", result.target().namespace().inode());
        json.addProperty("outcome", result.outcome().text());
        json.add("before", options(result.before()));
        json.add("after", options(result.after()));
        JsonObject unchanged = new JsonObject();
        result.unchanged().forEach((option, reason) -> unchanged.addProperty(option.key(), reason));
        json.add("unchanged", unchanged);
        json.addProperty(
                "refusal", result.refusal() == null ? null : result.refusal().text());
        return json;
    }

    private static @Nullable JsonObject options(@Nullable SocketOptions options) {
        return options == null ? null : Journal.options(options);
    }
}
