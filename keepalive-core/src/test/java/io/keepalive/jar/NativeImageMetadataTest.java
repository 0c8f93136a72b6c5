package io.keepalive.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.keepalive.socket.KeepAliveSocketFactory;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The metadata for GraalVM's reflection are true and complete. */
class NativeImageMetadataTest {
    private static final String FILE = "/META-INF/native-image/io.keepalive/keepalive-core/reachability-metadata.json";

    @Test
    void everyTypeAndMethod_exists() throws Exception {
        for (Map.Entry<String, JsonObject> type : types().entrySet()) {
            Class<?> loaded = Class.forName(type.getKey());
            for (JsonElement method : type.getValue().getAsJsonArray("methods")) {
                String name = method.getAsJsonObject().get("name").getAsString();
                List<Class<?>> parameters = new ArrayList<>();
                for (JsonElement parameter : method.getAsJsonObject().getAsJsonArray("parameterTypes")) {
                    parameters.add(Class.forName(parameter.getAsString()));
                }
                Class<?>[] signature = parameters.toArray(Class<?>[]::new);
                assertThat(name.equals("<init>") ? loaded.getConstructor(signature) : loaded.getMethod(name, signature))
                        .isNotNull();
            }
        }
    }

    /** A factory that can be made from a policy's text is made by its name. */
    @Test
    void everyFactoryThatIsMadeByItsName_isListed() throws Exception {
        Path classes = Path.of(KeepAliveSocketFactory.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> byName = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes.resolve("io/keepalive/socket"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("Factory.class")) {
                    Class<?> type = Class.forName("io.keepalive.socket." + name.replace(".class", ""));
                    if (Modifier.isPublic(type.getModifiers())
                            && Stream.of(type.getConstructors())
                                    .anyMatch(made ->
                                            List.of(made.getParameterTypes()).equals(List.of(String.class)))) {
                        byName.add(type.getName());
                    }
                }
            }
        }

        assertThat(types().keySet()).containsExactlyInAnyOrderElementsOf(byName);
    }

    private static Map<String, JsonObject> types() throws Exception {
        Map<String, JsonObject> types = new TreeMap<>();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(NativeImageMetadataTest.class.getResourceAsStream(FILE)),
                StandardCharsets.UTF_8)) {
            for (JsonElement type :
                    JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("reflection")) {
                types.put(type.getAsJsonObject().get("type").getAsString(), type.getAsJsonObject());
            }
        }
        return types;
    }
}
