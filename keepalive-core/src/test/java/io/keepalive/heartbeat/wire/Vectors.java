package io.keepalive.heartbeat.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The test vectors of docs/heartbeat-protocol.md. */
final class Vectors {
    /** What a receiver has said where a vector does not tell. */
    static final Hello RECEIVER =
            new Hello(1, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO, 65_536);

    private Vectors() {}

    /** One entry of a file; printed as its name. */
    record Vector(JsonObject json) {
        byte[] bytes(String name) {
            return HexFormat.of().parseHex(json.get(name).getAsString());
        }

        JsonObject object(String name) {
            return json.getAsJsonObject(name);
        }

        JsonArray array(String name) {
            return json.getAsJsonArray(name);
        }

        boolean has(String name) {
            return json.has(name);
        }

        boolean isCanonical() {
            return json.has("canonical");
        }

        /** The expected error as {@link Trace} writes it. */
        Optional<String> error() {
            return has("error")
                    ? Optional.of(object("error").get("reason").getAsString() + " "
                            + object("error").get("code").getAsInt() + " at "
                            + object("error").get("offset").getAsLong())
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return json.get("name").getAsString();
        }
    }

    static Stream<Vector> read(String file) {
        String path = "/heartbeat-vectors/" + file;
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(Vectors.class.getResourceAsStream(path), path), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonArray().asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .map(Vector::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Hello hello(JsonObject json) {
        return new Hello(
                json.get("version").getAsInt(),
                millis(json, "canSendMillis"),
                millis(json, "wantsMillis"),
                millis(json, "givesUpMillis"),
                millis(json, "pathMillis"),
                json.get("largestFrame").getAsInt());
    }

    static Duration millis(JsonObject json, String name) {
        return Duration.ofMillis(json.get(name).getAsLong());
    }

    /** A frame as {@link Trace} writes it. */
    static String frame(JsonObject json) {
        String type = json.get("type").getAsString();
        return switch (type) {
            case "HELLO" -> "HELLO " + hello(json);
            case "DATA" -> "DATA " + json.get("payload").getAsString();
            case "PING", "PONG" -> type + " " + json.get("id").getAsString();
            case "CLOSE" -> "CLOSE " + json.get("code").getAsInt();
            default -> type;
        };
    }
}
