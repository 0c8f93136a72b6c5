package io.keepalive.agent;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.AllPermission;
import java.security.CodeSource;
import java.security.PermissionCollection;
import java.security.Permissions;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Loads the agent's classes from what its jar contained at the start: a process that updates, overwrites or deletes the file
 * does not change an agent that runs.
 */
final class JarInMemory extends ClassLoader {
    private static final int BUFFER = 1 << 14;

    private final Map<String, byte[]> entries = new HashMap<>();
    private final ProtectionDomain domain;

    private JarInMemory(URL jar) throws IOException {
        super(ClassLoader.getSystemClassLoader().getParent());
        // Where a security manager would otherwise let the agent do no more than the program.
        PermissionCollection all = new Permissions();
        all.add(new AllPermission());
        domain = new ProtectionDomain(new CodeSource(jar, (Certificate[]) null), all);
        byte[] buffer = new byte[BUFFER];
        try (ZipInputStream input = new ZipInputStream(jar.openStream())) {
            ZipEntry entry = input.getNextEntry();
            while (entry != null) {
                if (entry.getName().endsWith(".class")) {
                    entries.put(entry.getName(), content(input, buffer));
                }
                entry = input.getNextEntry();
            }
        }
    }

    static ClassLoader ofThisClass() throws IOException {
        return new JarInMemory(
                JarInMemory.class.getProtectionDomain().getCodeSource().getLocation());
    }

    private static byte[] content(InputStream input, byte[] buffer) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int count = input.read(buffer);
        while (count >= 0) {
            content.write(buffer, 0, count);
            count = input.read(buffer);
        }
        return content.toByteArray();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = entries.get(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length, domain);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        byte[] bytes = entries.get(name);
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
    }
}
