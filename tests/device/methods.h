/* Every native method in table order as firmware/native declares it, for tests. shape: i int, b byte[], w int[]. */
#ifndef TEST_METHODS_H
#define TEST_METHODS_H

struct Method
{
    const char *function;     /* the C function it must reach */
    const char *shape;
};

static const Method methods[] = {
    {"nfi_crypto_start", ""},
    {"nfi_crypto_self_test", ""},
    {"nfi_crypto_random", "bii"},
    {"nfi_crypto_wipe", "bii"},
    {"nfi_crypto_compare", "bibii"},
    {"nfi_crypto_secret_import", "bii"},
    {"nfi_crypto_secret_random", "i"},
    {"nfi_crypto_secret_length", "i"},
    {"nfi_crypto_secret_export", "ibi"},
    {"nfi_crypto_handle_free", "i"},
    {"nfi_crypto_handle_count", ""},
    {"nfi_crypto_hash_create", "i"},
    {"nfi_crypto_hash_update", "ibii"},
    {"nfi_crypto_hash_finish", "ibi"},
    {"nfi_crypto_mac", "iibiibii"},
    {"nfi_crypto_cipher", "iiibibii"},
    {"nfi_crypto_job_start", "iiibii"},
    {"nfi_crypto_job_poll", ""},
    {"nfi_crypto_job_finish", "ibi"},
    {"nfi_crypto_job_cancel", "i"},
    {"nfi_crypto_dh_length", "i"},
    {"nfi_crypto_derive", "iibiiibii"},
    {"nfi_crypto_expand", "iiibiii"},
    {"nfi_crypto_secret_slice", "iii"},
    {"nfi_crypto_sk_iv_length", "i"},
    {"nfi_crypto_sk_overhead", "iii"},
    {"nfi_crypto_sk_seal", "iiiiibiiii"},
    {"nfi_crypto_sk_open", "iiiiibiiii"},
    {"nfi_crypto_available", "iii"},
    {"nfi_crypto_certificate_parse", "bii"},
    {"nfi_crypto_crl_parse", "bii"},
    {"nfi_crypto_certificate_info", "iw"},
    {"nfi_crypto_crl_info", "iw"},
    {"nfi_crypto_certificate_part", "iiibi"},
    {"nfi_packet_start", ""},
    {"nfi_packet_attach", ""},
    {"nfi_packet_stop", ""},
    {"nfi_packet_wait", "i"},
    {"nfi_packet_wake", ""},
    {"nfi_packet_take", "w"},
    {"nfi_packet_seal", "iiiii"},
    {"nfi_packet_open", "iiiw"},
    {"nfi_packet_put", "ii"},
    {"nfi_packet_buffer_alloc", "i"},
    {"nfi_packet_buffer_write", "iibii"},
    {"nfi_packet_buffer_read", "iibii"},
    {"nfi_packet_buffer_describe", "iw"},
    {"nfi_packet_buffer_free_count", ""},
    {"nfi_packet_transform_create", "wiii"},
    {"nfi_packet_transform_free", "i"},
    {"nfi_packet_row_stage", "iw"},
    {"nfi_packet_row_commit", "i"},
    {"nfi_packet_row_match", "wi"},
    {"nfi_packet_counters", "w"},
    {"nfi_packet_interface", "iw"},
    {"nfi_packet_ping", "wii"},
    {"nfi_packet_datagram_send", "wbii"},
    {"nfi_packet_forward", "i"},
    {"nfi_packet_transform_move", "iwi"},
    {"nfi_packet_readdress", "iwi"},
};

#endif
