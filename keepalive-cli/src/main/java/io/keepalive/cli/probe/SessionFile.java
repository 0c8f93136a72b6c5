package io.keepalive.cli.probe;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.keepalive.cli.output.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The rounds of a search in a file, so that an interrupted one goes on where it was: a line of JSON that names the target
 * and the goal, then one for each finished round.
 */
final class SessionFile {
    private static final String FORMAT = "keepalive-probe/1";

    private final Path path;

    SessionFile(Path path) {
        this.path = path;
    }

    /**
     * Reads the rounds of one direction; begins the file if there is none.
     *
     * @throws IOException if it can't be read, or holds another search
     */
    List<Round> open(String target, String direction, Goal goal) throws IOException {
        String header = header(target, goal);
        if (!Files.exists(path) || Files.size(path) == 0) {
            append(header);
            return List.of();
        }
        List<String> lines = Files.readAllLines(path, StandardCharsets.UTF_8);
        if (!lines.get(0).equals(header)) {
            throw new IOException("--resume: " + path + " holds another measurement: " + lines.get(0) + " (expected: "
                    + header + "; name another file, or repeat the options)");
        }
        List<Round> rounds = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            try {
                JsonObject line = JsonParser.parseString(lines.get(i)).getAsJsonObject();
                if (line.get("direction").getAsString().equals(direction)) {
                    rounds.add(round(line));
                }
            } catch (JsonParseException | IllegalStateException | NullPointerException | IllegalArgumentException e) {
                throw new IOException("--resume: " + path + ": line " + (i + 1) + " is no round (expected: a file that"
                        + " --resume wrote; delete the line to go on without it)");
            }
        }
        return rounds;
    }

    /** Appends a finished round. */
    void add(String direction, Round round) throws IOException {
        JsonObject line = new JsonObject();
        line.addProperty("direction", direction);
        if (round.test() instanceof Step.Refreshed refreshed) {
            line.addProperty("probeEveryNanos", refreshed.everyNanos());
        }
        line.addProperty("nanos", round.test().nanos());
        JsonArray trials = new JsonArray();
        for (Trial trial : round.trials()) {
            JsonArray pair = new JsonArray();
            pair.add(trial.fate().name());
            pair.add(trial.idleNanos());
            trials.add(pair);
        }
        line.add("trials", trials);
        append(Json.line(line));
    }

    private static Round round(JsonObject line) {
        long nanos = line.get("nanos").getAsLong();
        List<Trial> trials = new ArrayList<>();
        for (JsonElement element : line.getAsJsonArray("trials")) {
            JsonArray pair = element.getAsJsonArray();
            trials.add(new Trial(
                    Fate.valueOf(pair.get(0).getAsString()), pair.get(1).getAsLong()));
        }
        return new Round(
                line.has("probeEveryNanos")
                        ? new Step.Refreshed(line.get("probeEveryNanos").getAsLong(), nanos)
                        : new Step.Idle(nanos),
                trials);
    }

    private static String header(String target, Goal goal) {
        JsonObject header = new JsonObject();
        header.addProperty("format", FORMAT);
        header.addProperty("target", target);
        header.addProperty("resolutionNanos", goal.resolutionNanos());
        header.addProperty("maxNanos", goal.maxNanos());
        header.addProperty("guessNanos", goal.guessNanos());
        header.addProperty("confirm", goal.confirm());
        header.addProperty("votes", goal.votes());
        return Json.line(header);
    }

    private void append(String line) throws IOException {
        Files.writeString(
                path, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
