package io.keepalive.cli.output;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;

/** JSON as the commands write it: an object a line, nulls included, so that a reader finds every documented name. */
public final class Json {
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private Json() {}

    /** One line without its line end. */
    public static String line(JsonElement element) {
        return GSON.toJson(element);
    }
}
