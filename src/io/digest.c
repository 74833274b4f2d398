#include "relif/digest.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <errno.h>
#include <string.h>
#include "relif/memory.h"
#include <stdlib.h>
struct relif_digest { EVP_MD_CTX *c; };
relif_digest *relif_digest_create(void){ relif_digest *d=relif_calloc(1,sizeof *d); d->c=EVP_MD_CTX_new(); EVP_DigestInit_ex(d->c,EVP_sha256(),NULL); return d; }
void relif_digest_add(relif_digest *d,const void*b,size_t n){ EVP_DigestUpdate(d->c,b,n);}
void relif_digest_finish(relif_digest *d,char t[RELIF_DIGEST_TEXT]){ unsigned char m[32]; EVP_DigestFinal_ex(d->c,m,NULL); for(int i=0;i<32;i++) snprintf(t+2*i,3,"%02x",m[i]); EVP_MD_CTX_free(d->c); free(d);}
relif_err relif_digest_add_file(relif_digest *d,const char *p){ FILE*f=fopen(p,"rb"); if(!f) return relif_fail(RELIF_ERR_FILE,"read '%s': %s",p,strerror(errno)); char b[65536]; size_t n; while((n=fread(b,1,sizeof b,f))>0) relif_digest_add(d,b,n); fclose(f); return RELIF_OK; }
