package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

/** The metadata for GraalVM's reflection are true. */
class NativeImageMetadataTest {
    private static final String FILE =
            "/META-INF/native-image/io.keepalive/keepalive-spring-boot-starter/reachability-metadata.json";

    @Test
    void everyTypeMethodAndField_exists() throws Exception {
        List<Map<String, Object>> all = list(json(), "reflection");
        assertThat(all).isNotEmpty();
        for (Map<String, Object> type : all) {
            Class<?> loaded = Class.forName((String) type.get("type"));
            for (Map<String, Object> field : list(type, "fields")) {
                assertThat(loaded.getDeclaredField((String) field.get("name"))).isNotNull();
            }
            for (Map<String, Object> method : list(type, "methods")) {
                assertThat(method).containsEntry("name", "<init>");
                List<?> types = (List<?>) Objects.requireNonNull(method.get("parameterTypes"));
                Class<?>[] parameters = types.stream().map(each -> String.class).toArray(Class<?>[]::new);
                assertThat(loaded.getConstructor(parameters)).isNotNull();
            }
        }
    }

    private static Map<String, Object> json() throws IOException {
        try (InputStream in = Objects.requireNonNull(NativeImageMetadataTest.class.getResourceAsStream(FILE))) {
            return JsonParserFactory.getJsonParser().parseMap(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @SuppressWarnings("unchecked") // as the file is written
    private static List<Map<String, Object>> list(Map<String, Object> object, String name) {
        return (List<Map<String, Object>>) object.getOrDefault(name, List.of());
    }
}
