package io.keepalive.cli.policy;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.keepalive.Middlebox;
import io.keepalive.cli.option.BoxConverter;
import io.keepalive.cli.output.Json;
import io.keepalive.internal.DurationText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keepalive boxes}. */
@Command(
        name = "boxes",
        description = {
            "Lists the load balancers, NATs and firewalls whose idle timeouts are known; with BOX all about one of them.",
            "The policy grammar takes the names: outliving=azure-load-balancer."
        },
        footerHeading = "%nExample:%n",
        footer = {"  keepalive boxes", "  keepalive boxes aws-network-load-balancer", "  keepalive boxes --json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "2:wrong usage, or no such box"},
        mixinStandardHelpOptions = true)
public final class BoxesCommand implements Runnable {
    private static final String ROW = "%-29s %8s  %-13s %-26s %s%n";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "BOX",
            description = "only this one, with notes and source",
            converter = BoxConverter.class)
    private @Nullable Middlebox only;

    @Option(names = "--json", description = "an object a line for each box")
    private boolean json;

    /** Runs it. */
    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        List<Middlebox> boxes = only == null ? List.of(Middlebox.values()) : List.of(only);
        if (json) {
            boxes.forEach(box -> out.println(Json.line(object(box))));
        } else if (only != null) {
            describe(out, only);
        } else {
            out.printf(ROW, "box", "default", "range", "when forgotten", "kept by");
            boxes.forEach(box -> out.printf(
                    ROW,
                    box.text(),
                    DurationText.format(box.idleTimeout()),
                    range(box),
                    box.expiry().description(),
                    box.refreshedBy().description()));
        }
        out.flush();
    }

    private static void describe(PrintWriter out, Middlebox box) {
        out.println(box.text() + ": " + box.title());
        out.println("  idle timeout:   " + DurationText.format(box.idleTimeout())
                + (range(box).isEmpty() ? "" : ", can be " + range(box)));
        out.println("  when forgotten: " + box.expiry().description());
        out.println("  kept by:        " + box.refreshedBy().description());
        if (!box.note().isEmpty()) {
            out.println("  note:           " + box.note());
        }
        out.println("  source:         " + box.source() + " (" + box.asOf() + ")");
    }

    private static String range(Middlebox box) {
        if (box.shortestIdleTimeout().isEmpty() && box.longestIdleTimeout().isEmpty()) {
            return "";
        }
        return text(box.shortestIdleTimeout()) + ".." + text(box.longestIdleTimeout());
    }

    private static String text(Optional<Duration> duration) {
        return duration.map(DurationText::format).orElse("");
    }

    private static JsonObject object(Middlebox box) {
        JsonObject object = new JsonObject();
        object.addProperty("name", box.text());
        object.addProperty("title", box.title());
        object.addProperty("idleTimeoutSeconds", box.idleTimeout().toSeconds());
        object.add("shortestSeconds", seconds(box.shortestIdleTimeout()));
        object.add("longestSeconds", seconds(box.longestIdleTimeout()));
        object.addProperty("expiry", box.expiry().name().toLowerCase(Locale.ROOT));
        object.addProperty("refreshedBy", box.refreshedBy().name().toLowerCase(Locale.ROOT));
        object.addProperty("note", box.note());
        object.addProperty("source", box.source());
        object.addProperty("asOf", box.asOf().toString());
        return object;
    }

    private static JsonElement seconds(Optional<Duration> duration) {
        return duration.<JsonElement>map(value -> new JsonPrimitive(value.toSeconds()))
                .orElse(JsonNull.INSTANCE);
    }
}
