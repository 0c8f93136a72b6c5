package io.keepalive.spring.boot;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the application set on a builder that has a setter, but no getter for it: so that a hook can be put behind
 * the application's instead of in its place.
 */
final class HiddenSetting {
    private HiddenSetting() {}

    /**
     * The value of a field.
     *
     * @throws ReflectiveOperationException if this version of the library has no such field, or does not let it be read
     */
    static @Nullable Object of(Class<?> declaring, Object builder, String field) throws ReflectiveOperationException {
        try {
            Field declared = declaring.getDeclaredField(field);
            declared.setAccessible(true);
            return declared.get(builder);
        } catch (RuntimeException e) {
            throw new ReflectiveOperationException(e.toString(), e);
        }
    }

    /** Why a client is left alone whose settings can't be read. */
    static String unreadable(String what, ReflectiveOperationException e) {
        return what + ": what the application set can't be read in this version (" + e
                + "; what to do: the Java agent keeps it)";
    }
}
