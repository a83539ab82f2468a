package io.agentfense.sandbox;

import io.agentfense.egress.credential.SandboxCredentials;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys with which certificates are made for a sandbox: those of its authority and of hosts. Nobody gives them out. */
final class PrivateKeys {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<byte[]> keys = new ArrayList<>();

    private PrivateKeys() {}

    /** All that some credentials have, each as its number. */
    static List<byte[]> of(SandboxCredentials credentials) throws IllegalAccessException {
        PrivateKeys found = new PrivateKeys();
        found.look(credentials);
        return found.keys;
    }

    private void look(@Nullable Object at) throws IllegalAccessException {
        if (at == null || !seen.add(at)) {
            return;
        }
        switch (at) {
            case KeyPair pair -> keys.add(number(((ECPrivateKey) pair.getPrivate()).getS()));
            case Map<?, ?> map -> look(map.values());
            case Collection<?> all -> {
                for (Object one : all) {
                    look(one);
                }
            }
            default -> {
                if (at.getClass().getPackageName().equals(SandboxCredentials.class.getPackageName())) {
                    lookInto(at);
                }
            }
        }
    }

    private void lookInto(Object at) throws IllegalAccessException {
        for (Field field : at.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                look(field.get(at));
            }
        }
    }

    /** Without a sign, and the zeros before it. */
    private static byte[] number(BigInteger key) {
        byte[] bytes = key.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }
}
