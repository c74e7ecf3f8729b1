# The firmware's build of nf-interpreter finds the native half of NfIpsec.Native by this module, when NF_INTEROP_ASSEMBLIES
# names the assembly. README.md beside it tells where to put it.
#
# NFI_SOURCE_DIR     the folder crypto-native, when it is neither InteropAssemblies/NfIpsec.Native nor beside this file
# NFI_DEFINITIONS    overrides of nfi_limits.h and build options, e.g. "NFI_MAX_ROWS=128;NFI_DEBUG_KEYS=1"

get_filename_component(nfi_module "${CMAKE_CURRENT_LIST_FILE}" REALPATH)
get_filename_component(nfi_module_dir "${nfi_module}" DIRECTORY)
if(NOT NFI_SOURCE_DIR)
    if(EXISTS "${PROJECT_SOURCE_DIR}/InteropAssemblies/NfIpsec.Native/include/nfi_packet.h")
        set(NFI_SOURCE_DIR "${PROJECT_SOURCE_DIR}/InteropAssemblies/NfIpsec.Native")
    else()
        get_filename_component(NFI_SOURCE_DIR "${nfi_module_dir}/.." ABSOLUTE)
    endif()
endif()
if(NOT EXISTS "${NFI_SOURCE_DIR}/include/nfi_packet.h")
    message(FATAL_ERROR "NfIpsec.Native: set NFI_SOURCE_DIR to the project's folder crypto-native ('${NFI_SOURCE_DIR}' is not it)")
endif()

# native_table.cpp comes first: the build reads checksum and version out of it.
set(NfIpsec.Native_SOURCES "${NFI_SOURCE_DIR}/clr/native_table.cpp")
file(GLOB nfi_sources CONFIGURE_DEPENDS
    "${NFI_SOURCE_DIR}/crypto/*.c" "${NFI_SOURCE_DIR}/packet/*.c"
    "${NFI_SOURCE_DIR}/clr/crypto_native.cpp" "${NFI_SOURCE_DIR}/clr/packet_native.cpp" "${NFI_SOURCE_DIR}/clr/wait.cpp")
list(APPEND NfIpsec.Native_SOURCES ${nfi_sources})

set(NfIpsec.Native_INCLUDE_DIRS
    "${PROJECT_SOURCE_DIR}/src/CLR/Core"
    "${PROJECT_SOURCE_DIR}/src/CLR/Include"
    "${PROJECT_SOURCE_DIR}/src/HAL/Include"
    "${PROJECT_SOURCE_DIR}/src/PAL/Include"
    "${NFI_SOURCE_DIR}/include"
    "${NFI_SOURCE_DIR}/crypto"
    "${NFI_SOURCE_DIR}/packet"
    "${NFI_SOURCE_DIR}/clr")

if(RTOS_ESP32_CHECK)
    list(APPEND NfIpsec.Native_SOURCES "${NFI_SOURCE_DIR}/clr/port_esp32.c")
elseif(RTOS_CHIBIOS_CHECK)
    list(APPEND NfIpsec.Native_SOURCES "${NFI_SOURCE_DIR}/clr/port_chibios.c")
    # Native assemblies are compiled without mbedTLS's include folder and without MBEDTLS_CONFIG_FILE there; with the default
    # configuration the contexts would have other sizes than in the library.
    list(APPEND NfIpsec.Native_INCLUDE_DIRS "$<TARGET_PROPERTY:mbedcrypto,INTERFACE_INCLUDE_DIRECTORIES>")
    list(APPEND NFI_DEFINITIONS
        "MBEDTLS_CONFIG_FILE=\"${PROJECT_SOURCE_DIR}/src/PAL/COM/sockets/ssl/MbedTLS/nf_mbedtls_config.h\"")
else()
    message(FATAL_ERROR "NfIpsec.Native runs on ESP32 and ChibiOS targets; for '${RTOS}' write clr/port_*.c and name it here")
endif()

# The library of native assemblies is made in the directory that looks for this module, so these reach its compilation.
set_property(SOURCE ${NfIpsec.Native_SOURCES} APPEND PROPERTY COMPILE_DEFINITIONS ${NFI_DEFINITIONS})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(INTEROP-NfIpsec.Native DEFAULT_MSG NfIpsec.Native_INCLUDE_DIRS NfIpsec.Native_SOURCES)
