package io.keepalive.cli.option;

import io.keepalive.KeepAlive;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a policy in the library's grammar, such as {@code outliving=4m,count=5}. */
public final class PolicyConverter implements ITypeConverter<KeepAlive> {

    @Override
    public KeepAlive convert(String text) {
        try {
            return KeepAlive.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
