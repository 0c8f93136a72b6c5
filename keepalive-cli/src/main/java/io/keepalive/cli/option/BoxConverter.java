package io.keepalive.cli.option;

import io.keepalive.Middlebox;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a box of the catalogue, such as {@code azure-load-balancer}. */
public final class BoxConverter implements ITypeConverter<Middlebox> {

    @Override
    public Middlebox convert(String text) {
        try {
            return Middlebox.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' (expected: a name that 'keepalive boxes' lists)");
        }
    }
}
