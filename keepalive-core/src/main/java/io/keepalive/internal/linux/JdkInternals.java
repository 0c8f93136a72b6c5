package io.keepalive.internal.linux;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Looks up members of the JDK's packages {@code sun.nio.ch} and {@code java.net} that a program has to open. The only
 * class that does so. Names were verified with JDK 17 and 25 and have been the same since JDK 11.
 */
public final class JdkInternals {
    private JdkInternals() {}

    /**
     * Finds a method of {@code sun.nio.ch}.
     *
     * @throws ReflectiveOperationException if there is no such method
     * @throws InaccessibleObjectException if the package is not open
     */
    public static MethodHandle method(String className, String name, Class<?>... parameters)
            throws ReflectiveOperationException {
        Method method = Class.forName("sun.nio.ch." + className).getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return MethodHandles.lookup().unreflect(method);
    }

    /** Finds a method of any class; null if it is missing or not open. */
    static @Nullable Method methodIfOpen(String className, String name, Class<?>... parameters) {
        try {
            return opened(Class.forName(className).getDeclaredMethod(name, parameters));
        } catch (ReflectiveOperationException | LinkageError e) {
            return null;
        }
    }

    /** Finds a field of any class; null if it is missing or not open. */
    static @Nullable Field fieldIfOpen(String className, String name) {
        try {
            return opened(Class.forName(className).getDeclaredField(name));
        } catch (ReflectiveOperationException | LinkageError e) {
            return null;
        }
    }

    private static <T extends AccessibleObject> @Nullable T opened(T member) {
        return member.trySetAccessible() ? member : null;
    }
}
