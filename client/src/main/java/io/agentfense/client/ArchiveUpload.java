package io.agentfense.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;

/** The one call that gRPC has not: a directory as one tar stream, by HTTP at the same endpoint. Thread-safe. */
final class ArchiveUpload implements AutoCloseable {
    private final Endpoint endpoint;
    private final Optional<String> apiKey;
    private final HttpClient http;

    ArchiveUpload(Endpoint endpoint, Optional<String> apiKey, Trust trust, Identity identity) {
        this.endpoint = endpoint;
        this.apiKey = apiKey;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        http = (endpoint.secure() ? builder.sslContext(trust.context(identity)) : builder).build();
    }

    /** Sends a tar stream into a codebase's root. */
    UploadResult send(String codebaseId, String directory, InputStream archive) {
        Subject subject = Subject.codebase("upload", codebaseId);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        endpoint.resource("/v1/codebases/" + codebaseId + "/archive"))
                .header("content-type", "application/x-tar")
                .POST(BodyPublishers.ofInputStream(() -> archive));
        apiKey.ifPresent(key -> request.header("authorization", "Bearer " + key));
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                Struct counts = parse(response.body());
                return new UploadResult(
                        count(counts, "files"),
                        count(counts, "directories"),
                        count(counts, "links"),
                        count(counts, "bytes"),
                        secrets(counts),
                        count(counts, "secretCount"));
            }
            throw failure(response, subject, directory);
        } catch (InterruptedException e) {
            throw Interruption.of(e, subject);
        } catch (InvalidProtocolBufferException e) {
            throw new ServerFailureException("the answer to an upload is not AgentFense's", e);
        } catch (IOException e) {
            throw new UploadException(codebaseId, directory, String.valueOf(e.getMessage()), e);
        }
    }

    private SandboxException failure(HttpResponse<String> response, Subject subject, String directory)
            throws InvalidProtocolBufferException {
        Struct body = parse(response.body());
        int code = (int) body.getFieldsOrThrow("code").getNumberValue();
        String said = body.getFieldsOrThrow("message").getStringValue();
        Metadata trailers = new Metadata();
        response.headers().firstValue("retry-after").ifPresent(wait -> trailers.put(Failures.RETRY_AFTER, wait));
        Status status = Status.fromCodeValue(code).withDescription(said);
        return status.getCode() == Status.Code.INVALID_ARGUMENT
                ? new UploadException(subject.id(), directory, said, status.asRuntimeException())
                : Failures.of(status, trailers, subject, endpoint);
    }

    private static Struct parse(String json) throws InvalidProtocolBufferException {
        Struct.Builder struct = Struct.newBuilder();
        JsonFormat.parser().merge(json, struct);
        return struct.build();
    }

    private static List<FoundSecret> secrets(Struct answer) {
        return answer.getFieldsOrThrow("secrets").getListValue().getValuesList().stream()
                .map(Value::getStructValue)
                .map(secret -> new FoundSecret(
                        text(secret, "path"), count(secret, "line"), text(secret, "rule"), text(secret, "masked")))
                .toList();
    }

    private static String text(Struct of, String name) {
        return of.getFieldsOrThrow(name).getStringValue();
    }

    private static long count(Struct counts, String name) {
        return Long.parseLong(text(counts, name));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
