package io.agentfense.egress.credential;

import io.agentfense.egress.policy.HostName;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts secrets into requests to one host. Immutable. */
public final class Substitution {
    /** By which frameworks take another method or path than the one that was judged. */
    private static final Set<String> OVERRIDES = Set.of(
            "x-http-method-override",
            "x-http-method",
            "x-method-override",
            "x-original-url",
            "x-original-uri",
            "x-rewrite-url",
            "x-forwarded-uri");

    private final List<Credential> all;
    private final List<Credential> ofHost;

    /** Of a sandbox's secrets for a host that gets some of them. */
    public Substitution(SandboxCredentials credentials, HostName host, int port) {
        all = credentials.all();
        ofHost = credentials.of(host, port);
    }

    /** Why a request may not be made; empty if it may. Its target is a path. */
    public Optional<String> objection(HttpRequest request) {
        List<Credential> permitted = permitted(request);
        if (permitted.isEmpty()) {
            Credential first = ofHost.getFirst();
            return objection(first, request).map(why -> "credential " + first.told() + ": " + why);
        }
        List<Credential> others = new ArrayList<>(all);
        others.removeAll(permitted);
        return Placeholders.in(others, request).map(Placeholders::rule);
    }

    private List<Credential> permitted(HttpRequest request) {
        return ofHost.stream()
                .filter(credential -> objection(credential, request).isEmpty())
                .toList();
    }

    private static Optional<String> objection(Credential credential, HttpRequest request) {
        return credential.rule().objection(request.method().name(), path(request.uri()));
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /**
     * A request with secrets in it.
     *
     * @param secrets the names of those that it got
     * @param path where it goes, without its query
     */
    public record Filled(HttpRequest request, List<String> secrets, String path) {}

    /**
     * The request with the secrets in it. It asks for an answer in which they can be found: not compressed, and whole, as
     * parts of one could be put together inside.
     */
    public Filled filled(HttpRequest request) {
        Set<String> secrets = new LinkedHashSet<>();
        HttpHeaders headers = request.headers().copy();
        String target = request.uri();
        for (Credential credential : permitted(request)) {
            Optional<String> header = credential.rule().header();
            if (header.isPresent()) {
                headers.set(header.get(), credential.rule().format().replace("{}", credential.value()));
                secrets.add(credential.rule().secret());
            } else {
                HttpHeaders others = replaced(headers, credential);
                String other = inQuery(target, credential);
                if (!others.equals(headers) || !other.equals(target)) {
                    secrets.add(credential.rule().secret());
                }
                headers = others;
                target = other;
            }
        }
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
        headers.remove(HttpHeaderNames.RANGE);
        headers.remove(HttpHeaderNames.IF_RANGE);
        // Some take a line below for a hyphen, as variables have it.
        for (String name : headers.names()) {
            if (OVERRIDES.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                headers.remove(name);
            }
        }
        return new Filled(
                new DefaultHttpRequest(request.protocolVersion(), request.method(), target, headers),
                List.copyOf(secrets),
                path(target));
    }

    private static HttpHeaders replaced(HttpHeaders headers, Credential credential) {
        HttpHeaders replaced = headers.copy().clear();
        for (Map.Entry<String, String> header : headers) {
            replaced.add(header.getKey(), replaced(header.getValue(), credential));
        }
        return replaced;
    }

    private static String replaced(String value, Credential credential) {
        String placeholder = credential.placeholder();
        Optional<String> basic = Placeholders.basic(value).filter(plain -> plain.contains(placeholder));
        if (basic.isPresent()) {
            String plain = basic.get().replace(placeholder, credential.value());
            return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.ISO_8859_1));
        }
        return value.replace(placeholder, credential.value());
    }

    private static String inQuery(String target, Credential credential) {
        int query = target.indexOf('?');
        return query < 0
                ? target
                : target.substring(0, query)
                        + target.substring(query).replace(credential.placeholder(), Forms.inQuery(credential.value()));
    }
}
